/** An answer as finished bytes: its body in the form asked for, an ETag of what it was made of, and the headers that go with it. */
import { createHash } from 'node:crypto';
import { encoded, type Coding } from '../codings.ts';
import { MEDIA_TYPES, written, type Format, type Table } from '../formats.ts';
import type { Reads } from '../reads.ts';
import type { Moment } from '../repositories/snapshot.ts';
import type { EmptyBecause } from '../repositories/view.repository.ts';

/**
 * What a route answers: `body` is the envelope's `data`, to which `untagged` is added, what changes at every moment and makes no
 * other answer; `moment` is what it is true at, with the end of the range it covers where it covers one; `source` where its
 * numbers come from. `table` holds the rows for the forms that are files, `format` the form asked for; `reached` says whether
 * an event that was waited for is in it, `emptyBecause` why there is nothing in it. `reads` and `movesAtMs` tell how long it
 * may be kept.
 */
export type Answer = {
  body: object;
  untagged?: object;
  moment: Moment;
  toMs?: number;
  movesAtMs?: number;
  source: 'views' | 'calls';
  table?: Table;
  format?: Format;
  reached?: boolean;
  emptyBecause?: EmptyBecause;
  reads?: Reads;
};

/** The bytes of an answer in one coding, with the headers that belong to just these. */
export type Variant = { bytes: Buffer; etag: string; headers: Readonly<Record<string, string>> };

/**
 * A finished answer. `route` is the template of its route; `headers` go with every variant; `isLate`: it says that what is missing may be on its way, which holds
 * only now; `bytes`: what it weighs with all its variants, at most.
 */
export type Finished = {
  route: string;
  moment: Moment;
  headers: Readonly<Record<string, string>>;
  isLate: boolean;
  isEmpty: boolean;
  reads: Reads | undefined;
  movesAtMs: number;
  bytes: number;
  /** The variant in a coding, made at the first demand. */
  variant(coding: Coding): Promise<Variant>;
  /** The same where it has been made. */
  ready(coding: Coding): Variant | undefined;
};

/** Beside the bytes: an entry, its headers, its ETags. */
const OVERHEAD_BYTES = 4_096;

/**
 * Finishes an answer.
 * @param answer what is answered
 * @param on which route, and whether the views are stale at the moment
 * @returns its bytes, to be sent now or kept
 */
export function finish(answer: Answer, { route, isStale }: { route: string; isStale: boolean }): Finished {
  const { moment, reached, format = 'json', table, reads, movesAtMs = Infinity } = answer;
  const freshness = freshnessOf(answer);
  const emptyBecause = reasonNow(answer, isStale);
  const facts = { freshness, emptyBecause };
  const { bytes, etag, headers } =
    format === 'json' || table === undefined
      ? jsonOf(answer, facts)
      : fileOf({ format, table }, { ...answer, ...facts });
  const shared = {
    'cache-control': 'private, no-cache',
    ...(reached !== undefined && { 'callviews-reached': String(reached) }),
    ...headers,
  };
  return {
    ...{ route, moment, headers: shared, reads, movesAtMs },
    isLate: emptyBecause === 'late',
    isEmpty: emptyBecause !== null,
    // Another coding is kept only where it is smaller.
    bytes: 3 * bytes.length + OVERHEAD_BYTES,
    ...variantsOf(bytes, etag),
  };
}

/** Each variant is made once; the promise is kept, so that those who ask meanwhile wait for the same. */
function variantsOf(identity: Buffer, etag: EtagOf): Pick<Finished, 'variant' | 'ready'> {
  const made = new Map<Coding, Variant>();
  const making = new Map<Coding, Promise<Variant>>();
  const make = async (asked: Coding): Promise<Variant> => {
    const { coding, bytes } = await encoded(identity, asked);
    const variant = coding === asked ? etag(bytes, coding) : await variantIn('identity');
    made.set(asked, variant);
    return variant;
  };
  const variantIn = (coding: Coding): Promise<Variant> => {
    const running = making.get(coding) ?? make(coding);
    making.set(coding, running);
    return running;
  };
  return { variant: variantIn, ready: (coding) => made.get(coding) };
}

/** Names the bytes in a coding. */
type EtagOf = (bytes: Buffer, coding: Coding) => Variant;
type Facts = { freshness: ReturnType<typeof freshnessOf>; emptyBecause: string | null };
type Made = { bytes: Buffer; etag: EtagOf; headers: Record<string, string> };

/** The ETag is over the rows alone: an answer that differs only in when it was made, or in its coding, is the same answer. */
function jsonOf({ body, untagged }: Answer, { freshness, emptyBecause }: Facts): Made {
  const data = JSON.stringify(emptyBecause === null ? body : { ...body, emptyBecause });
  const etag = `W/"${createHash('sha256').update(data).digest('base64url')}"`;
  const further = JSON.stringify({ ...untagged, freshness });
  const whole = data === '{}' ? further : `${data.slice(0, -1)},${further.slice(1)}`;
  const timestamp = new Date().toISOString();
  return {
    bytes: Buffer.from(`{"success":true,"data":${whole},"timestamp":"${timestamp}"}`),
    etag: (bytes, coding) => ({ bytes, etag, headers: codingHeader(coding) }),
    headers: { 'content-type': 'application/json; charset=utf-8' },
  };
}

/** A file has no room for more than its rows: what JSON says beside them stands in headers. */
function fileOf(
  { format, table }: { format: Exclude<Format, 'json'>; table: Table },
  { freshness, emptyBecause }: Facts,
): Made {
  return {
    bytes: Buffer.from(written(format, table)),
    // Strong: of the very bytes that travel, in their coding.
    etag: (bytes, coding) => {
      const hash = createHash('sha256').update(bytes).digest();
      const digest = `sha-256=:${hash.toString('base64')}:`;
      const headers = { 'repr-digest': digest, ...codingHeader(coding) };
      return { bytes, etag: `"${hash.toString('base64url')}"`, headers };
    },
    headers: {
      'callviews-sequence': String(freshness.sequence),
      'callviews-complete': String(freshness.complete),
      'callviews-source': freshness.source,
      ...(freshness.leftOut !== undefined && { 'callviews-left-out': String(freshness.leftOut.rows) }),
      ...(emptyBecause !== null && { 'callviews-empty-because': emptyBecause }),
      'content-disposition': `attachment; filename="${table.name}.${format}"`,
      'content-type': MEDIA_TYPES[format],
    },
  };
}

function codingHeader(coding: Coding): Record<string, string> {
  return coding === 'identity' ? {} : { 'content-encoding': coding };
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
    ...(moment.leftOut.rows > 0 && { leftOut: moment.leftOut }),
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
