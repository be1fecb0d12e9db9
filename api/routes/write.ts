/** How an answer is written: its bytes in the form asked for, an ETag of what it was made of, and headers of what holds only now. */
import type { Context } from 'koa';
import { createHash } from 'node:crypto';
import type { Freshness } from '../follow.ts';
import { MEDIA_TYPES, written, type Format, type Table } from '../formats.ts';
import type { Moment } from '../repositories/snapshot.ts';
import type { EmptyBecause } from '../repositories/view.repository.ts';

/**
 * What a route answers: `body` is the envelope's `data`, to which `untagged` is added, what changes at every moment and makes no
 * other answer; `moment` is what it is true at, with the end of the range it covers where it covers one; `source` where its
 * numbers come from. `table` holds the rows for the forms that are files, `format` the form asked for; `reached` says whether
 * an event that was waited for is in it, `emptyBecause` why there is nothing in it.
 */
export type Answer = {
  body: object;
  untagged?: object;
  moment: Moment;
  toMs?: number;
  source: 'views' | 'calls';
  table?: Table;
  format?: Format;
  reached?: boolean;
  emptyBecause?: EmptyBecause;
};

/**
 * Writes an answer, or that it is the one the client has.
 * @param context the exchange
 * @param answer what is answered
 * @param now how fresh this process is
 */
export function write(context: Context, answer: Answer, now: Freshness): void {
  const { moment, reached, format = 'json', table } = answer;
  const { lagMs, isStale } = now;
  if (moment.at !== null) context.set('Callviews-As-Of', moment.at.toISOString());
  if (lagMs !== null) context.set('Callviews-Lag-Ms', String(lagMs));
  context.set('Callviews-Stale', String(isStale));
  if (reached !== undefined) context.set('Callviews-Reached', String(reached));
  context.set('Cache-Control', 'private, no-cache');
  context.status = 200;
  const facts = { freshness: freshnessOf(answer), emptyBecause: reasonNow(answer, isStale) };
  if (format === 'json' || table === undefined) writeJson(context, answer, facts);
  else writeFile(context, { format, table }, facts);
}

type Facts = { freshness: ReturnType<typeof freshnessOf>; emptyBecause: string | null };

/** Over the rows alone: an answer that differs only in when it was made is the same answer. */
function writeJson(context: Context, { body, untagged }: Answer, { freshness, emptyBecause }: Facts): void {
  const data = emptyBecause === null ? body : { ...body, emptyBecause };
  context.set('ETag', `W/"${createHash('sha256').update(JSON.stringify(data)).digest('base64url')}"`);
  if (isHeld(context)) return;
  const timestamp = new Date().toISOString();
  context.body = { success: true, data: { ...data, ...untagged, freshness }, timestamp };
}

/** A file has no room for more than its rows: what JSON says beside them stands in headers. */
function writeFile(
  context: Context,
  { format, table }: { format: Exclude<Format, 'json'>; table: Table },
  { freshness, emptyBecause }: Facts,
): void {
  const bytes = Buffer.from(written(format, table));
  const hash = createHash('sha256').update(bytes).digest();
  context.set('ETag', `"${hash.toString('base64url')}"`);
  context.set('Callviews-Sequence', String(freshness.sequence));
  context.set('Callviews-Complete', String(freshness.complete));
  context.set('Callviews-Source', freshness.source);
  if (emptyBecause !== null) context.set('Callviews-Empty-Because', emptyBecause);
  if (isHeld(context)) return;
  context.set('Repr-Digest', `sha-256=:${hash.toString('base64')}:`);
  context.set('Content-Disposition', `attachment; filename="${table.name}.${format}"`);
  context.set('Content-Type', MEDIA_TYPES[format]);
  context.body = bytes;
}

function isHeld(context: Context): boolean {
  if (!context.fresh) return false;
  context.status = 304;
  return true;
}

function isComplete({ moment, toMs }: Answer): boolean {
  return toMs === undefined || (moment.at !== null && toMs <= moment.at.getTime());
}

function freshnessOf(answer: Answer) {
  const { moment, toMs, source, reached } = answer;
  const complete = isComplete(answer);
  return {
    sequence: moment.sequence,
    asOf: moment.at?.toISOString() ?? null,
    complete,
    openUntil: complete || toMs === undefined ? null : new Date(toMs).toISOString(),
    source,
    ...(reached !== undefined && { reached }),
  };
}

/**
 * An answer is empty for being late where what is missing may be on its way: the event waited for, or whatever happens in an
 * open range while the projector is silent. Other calls that a filter leaves out explain it better than silence does.
 */
function reasonNow(answer: Answer, isStale: boolean): string | null {
  const { emptyBecause, reached, toMs } = answer;
  if (emptyBecause === undefined || emptyBecause === null) return null;
  if (reached === false) return 'late';
  const isOpen = toMs === undefined || !isComplete(answer);
  return emptyBecause === 'no_calls' && isStale && isOpen ? 'late' : emptyBecause;
}
