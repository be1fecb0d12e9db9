/** The one funnel of errors: whatever goes wrong on a request becomes the failure envelope here, and nothing internal is shown. */
import type { Context, Middleware, Next } from 'koa';
import { Refusal } from './refusal.ts';
import { DatabaseAway } from './repositories/snapshot.ts';

/** Seconds after which asking again is worth it when the database is away: an election takes a few. */
const RETRY_AFTER_SECONDS = '2';

const TEXTS: Readonly<Record<number, string>> = {
  404: 'Not found',
  405: 'Method not allowed',
};

/**
 * Makes the funnel. Routes say beforehand, as `failureText` in the context's state, what a failure of theirs is called.
 * @returns middleware that answers errors, and statuses without a body, with `{success: false, error, timestamp}`
 */
export function funnel(): Middleware {
  return async (context: Context, next: Next) => {
    try {
      await next();
      if (context.status >= 400 && (context.body === undefined || context.body === null)) {
        // The router takes a method that it does not know, such as TRACE, for a lack of its own; it is a wrong request.
        const status = context.status === 501 ? 405 : context.status;
        fail(context, status, TEXTS[status] ?? 'Request refused');
      }
    } catch (error) {
      answerError(context, error);
    }
  };
}

/**
 * Writes a failure.
 * @param context the exchange
 * @param status HTTP status
 * @param text for people; the same words for the same cause
 */
export function fail(context: Context, status: number, text: string): void {
  context.status = status;
  context.set('Cache-Control', 'no-store');
  context.body = { success: false, error: text, timestamp: new Date().toISOString() };
}

function answerError(context: Context, error: unknown): void {
  const { status, text } = shown(error);
  if (text !== null) {
    if (error instanceof Refusal) context.set(error.headers);
    fail(context, status, text);
    return;
  }
  const failureText: unknown = context.state.failureText;
  if (status === 503) context.set('Retry-After', RETRY_AFTER_SECONDS);
  fail(context, status, typeof failureText === 'string' ? failureText : 'Internal error');
  context.app.emit('error', error, context);
}

/** Status of an error, and its text where the error itself says that it may be shown. */
function shown(error: unknown): { status: number; text: string | null } {
  if (error instanceof DatabaseAway) return { status: 503, text: null };
  if (error instanceof Error && 'status' in error && 'expose' in error && error.expose === true) {
    const status = Number(error.status);
    if (status >= 400 && status < 500) return { status, text: error.message };
  }
  return { status: 500, text: null };
}
