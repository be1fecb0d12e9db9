/** A walk through the list of calls by its cursor while calls come in: none that was there is skipped, none is shown twice. */
import type { Db } from 'mongodb';
import type { StoredCall } from '../../projector/documents.ts';
import { call } from './planted.ts';

/** What a walk found: pages read, calls that were there and not shown, calls shown twice, and those shown that came meanwhile. */
export type Walk = { pages: number; shown: number; skipped: number; repeated: number; came: number };

const BATCH = 2_000;
/** How many calls start in each second. */
export const CALLS_A_SECOND = 3;
const BEGIN_MS = Date.UTC(2026, 0, 1);

function stored(id: string, startedAtMs: number): StoredCall {
  const one = call(id, { startedAt: new Date(startedAtMs) });
  const parts = [{ id, groups: {} }] as unknown as StoredCall['parts'];
  return { _id: id, revision: 1, parts, ...one };
}

/** Plants calls, {@link CALLS_A_SECOND} of them in each second; ids are in no order of their starts. */
export async function plantMany(db: Db, count: number): Promise<void> {
  for (let from = 0; from < count; from += BATCH) {
    const calls = Array.from({ length: Math.min(BATCH, count - from) }, (_, n) => {
      const at = from + n;
      return stored(
        `there:${(at * 7_919) % 1_000_003}-${at}`,
        BEGIN_MS + Math.floor(at / CALLS_A_SECOND) * 1_000,
      );
    });
    await db.collection<StoredCall>('calls').insertMany(calls, { ordered: false });
  }
}

/**
 * Walks through all pages; before each page calls are put in: at the front, at the back, and everywhere between.
 * @param url of the api
 * @param db its database
 * @param plan how many calls were planted, how many are shown a page, which way
 */
export async function walk(
  url: string,
  db: Db,
  { count, limit, sort }: { count: number; limit: number; sort: 'startedAt' | '-startedAt' },
): Promise<Walk> {
  const seen = new Map<string, number>();
  let pages = 0;
  for (let cursor: string | null = ''; cursor !== null; pages += 1) {
    const spreadMs = ((pages * 104_729) % count) * 333;
    await db
      .collection<StoredCall>('calls')
      .insertMany(
        [BEGIN_MS - 1_000 - pages, BEGIN_MS + spreadMs, BEGIN_MS + count * 1_000 + pages].map((ms, n) =>
          stored(`came:${sort}:${pages}-${n}`, ms),
        ),
      );
    const query = new URLSearchParams({ limit: String(limit), sort, ...(cursor !== '' && { cursor }) });
    const response = await fetch(`${url}/api/db/calls?${query.toString()}`);
    if (response.status !== 200) throw new Error(`page ${pages} is ${response.status}`);
    const { data } = (await response.json()) as {
      data: { calls: { callId: string }[]; nextCursor: string | null };
    };
    for (const { callId } of data.calls) seen.set(callId, (seen.get(callId) ?? 0) + 1);
    cursor = data.nextCursor;
  }
  const there = [...seen.keys()].filter((id) => id.startsWith('there:')).length;
  const repeated = [...seen.values()].filter((times) => times > 1).length;
  return { pages, shown: seen.size, skipped: count - there, repeated, came: seen.size - there };
}
