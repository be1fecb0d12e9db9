/** Writes the answer to a webhook: what the fate says, in the shape the sender expects. The last step of the hot route. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { rowOf } from './fates.ts';
import type { Fate } from './fates.ts';

/** What is answered: the fate and, where something was kept, its id; `position` says that the id names an event of the log. */
export type Answer = {
  fate: Fate;
  id?: string;
  position?: boolean;
  /** Whether the body was left unread, so that the connection must end. */
  unread?: boolean;
};

/** How it is answered. */
export type AnswerStyle = {
  /** Whether the sender wants an empty 200. */
  empty: boolean;
  /** Whether the connection ends with this answer in any case. */
  closing: boolean;
  /** Methods that the endpoint takes. */
  methods: readonly string[];
};

/** How long and how far a body that nobody wants is read away, so that the sender sees the answer instead of a reset. */
const DRAIN = { ms: 500, bytes: 16 * 1024 * 1024 };

/**
 * Answers one request.
 * @param exchange request and response
 * @param answer what became of it
 * @param style how the sender is answered
 */
export function writeAnswer(
  exchange: { request: IncomingMessage; response: ServerResponse },
  answer: Answer,
  style: AnswerStyle,
): void {
  const { request, response } = exchange;
  const row = rowOf(answer.fate);
  const body = style.empty && row.status === 200 ? '' : bodyOf(answer, row.error);
  response.statusCode = row.status;
  if (body !== '') response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', Buffer.byteLength(body));
  if (answer.position === true && answer.id !== undefined)
    response.setHeader('Callviews-Position', answer.id);
  if (row.retryAfterSeconds !== undefined) response.setHeader('Retry-After', row.retryAfterSeconds);
  if (answer.fate === 'wrong_method') response.setHeader('Allow', style.methods.join(', '));
  const closes = row.close === true || answer.unread === true;
  if (closes || style.closing) response.setHeader('Connection', 'close');
  if (closes && !request.complete) {
    response.write(body);
    drain(request, () => response.end());
  } else {
    response.end(body);
  }
}

function bodyOf({ fate, id }: Answer, error: string | undefined): string {
  const timestamp = new Date().toISOString();
  return JSON.stringify(
    error === undefined
      ? { success: true, data: { id, fate }, timestamp }
      : { success: false, error, timestamp },
  );
}

/** Reads on without keeping anything, until the end, the clock or the byte limit. */
function drain(request: IncomingMessage, done: () => void): void {
  let bytes = 0;
  let ended = false;
  const clock = setTimeout(end, DRAIN.ms);
  function end(): void {
    if (ended) return;
    ended = true;
    clearTimeout(clock);
    done();
  }
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > DRAIN.bytes) end();
  });
  request.on('end', end).on('close', end);
  request.resume();
}
