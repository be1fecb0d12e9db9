/** The way back when the change stream cannot tell: the log itself is read from a safe point on and folded again. */
import { Timestamp, type Binary } from 'mongodb';
import type { TailedEvent } from '../ingest/contract.ts';
import type { Position } from './documents.ts';
import { step } from './steps.ts';
import { tokenOfNow, type LogCut, type PositionedEvent, type TailBatch } from './tail.ts';

/** A page of the scan ends with the event that fills this: bodies are up to 8 MB, and more than one page is never held. */
const PAGE_BYTES = 16_000_000;

/** How far before the last event that was taken a scan begins: `logAt` is not the order of commits. */
export const OVERLAP_SECONDS = 10 * 60;

type Scan = Extract<Position, { kind: 'scan' }>;

/**
 * Where to begin when there is no token, or the one there is leads nowhere any more. The fresh token is taken before the scan:
 * an event written meanwhile is seen by one of the two, or by both, which the fold does not mind.
 * @param log what is read of the log
 * @param logAt log time of the last event that was taken, or null to read the whole log. Not the time of a commit: one that
 *   is behind commits old events now
 * @returns the position of a scan that has read nothing yet
 */
export async function startOfScan<E extends TailedEvent>(
  log: LogCut<E>,
  logAt: Timestamp | null,
): Promise<Scan> {
  const thenToken = await tokenOfNow(log);
  const seconds = logAt === null ? 0 : Math.max(0, logAt.t - OVERLAP_SECONDS);
  return { kind: 'scan', afterLogAt: new Timestamp({ t: seconds, i: 0 }), afterId: null, thenToken };
}

/**
 * Reads the log from a scan's position to its end, then hands over to the stream.
 * @param log what is read of the log
 * @param from where the scan stands, as committed
 * @returns batches; the last one is empty, and its position is that of the stream
 */
export async function* scan<E extends TailedEvent & { body?: Binary }>(
  log: LogCut<E>,
  from: Scan,
): AsyncGenerator<TailBatch<E>, void> {
  let { afterLogAt, afterId } = from;
  for (;;) {
    const limit = log.limit();
    const { page, isLast } = await readPage(log, { afterLogAt, afterId, limit });
    step('catch_up_page_read');
    const items = page.map((event): PositionedEvent<E> => {
      const position: Scan = { ...from, afterLogAt: event.logAt, afterId: event._id };
      return { event, position };
    });
    const end = page.at(-1);
    if (end !== undefined) {
      ({ logAt: afterLogAt, _id: afterId } = end);
      // Whoever takes it can tell by its position that all of it may have been taken before.
      yield { items, position: { ...from, afterLogAt, afterId } };
    }
    if (isLast) {
      const logAt = afterLogAt.t === 0 ? null : afterLogAt;
      yield { items: [], position: { kind: 'tail', token: from.thenToken, logAt } };
      return;
    }
  }
}

async function readPage<E extends TailedEvent & { body?: Binary }>(
  { events, fields }: LogCut<E>,
  after: { afterLogAt: Timestamp; afterId: Binary | null; limit: number },
): Promise<{ page: E[]; isLast: boolean }> {
  const { afterLogAt: logAt, afterId, limit } = after;
  const beyond =
    afterId === null
      ? { logAt: { $gte: logAt } }
      : { $or: [{ logAt: { $gt: logAt } }, { logAt, _id: { $gt: afterId } }] };
  const wanted = Object.fromEntries([...fields, 'logAt'].map((field) => [field, 1]));
  await using found = events.aggregate<E>(
    [{ $match: beyond }, { $sort: { logAt: 1, _id: 1 } }, { $limit: limit }, { $project: wanted }],
    { readConcern: { level: 'majority' }, batchSize: limit },
  );
  const page: E[] = [];
  let bytes = 0;
  for await (const event of found) {
    page.push(event);
    bytes += event.body?.length() ?? 0;
    if (bytes >= PAGE_BYTES) return { page, isLast: false };
  }
  return { page, isLast: page.length < limit };
}
