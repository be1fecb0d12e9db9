/** The way back when the change stream cannot tell: the log itself is read from a safe point on and folded again. */
import { Timestamp, type Binary } from 'mongodb';
import type { TailedEvent } from '../ingest/contract.ts';
import type { Position } from './documents.ts';
import { step } from './steps.ts';
import { tokenOfNow, type LogCut, type PositionedEvent, type TailBatch } from './tail.ts';

/** How far before the last known good moment a scan begins: `logAt` is not the order of commits. */
export const OVERLAP_MS = 10 * 60_000;

type Scan = Extract<Position, { kind: 'scan' }>;

/**
 * Where to begin when there is no token, or the one there is leads nowhere any more. The fresh token is taken before the scan:
 * an event written meanwhile is seen by one of the two, or by both, which the fold does not mind.
 * @param log what is read of the log
 * @param lastAt server time of the last commit, or null to read the whole log
 * @returns the position of a scan that has read nothing yet
 */
export async function startOfScan<E extends TailedEvent>(log: LogCut<E>, lastAt: Date | null): Promise<Scan> {
  const thenToken = await tokenOfNow(log);
  const seconds = lastAt === null ? 0 : Math.max(0, Math.floor((lastAt.getTime() - OVERLAP_MS) / 1_000));
  return { kind: 'scan', afterLogAt: new Timestamp({ t: seconds, i: 0 }), afterId: null, thenToken };
}

/**
 * Reads the log from a scan's position to its end, then hands over to the stream.
 * @param log what is read of the log
 * @param from where the scan stands, as committed
 * @returns batches; the last one's position is that of the stream
 */
export async function* scan<E extends TailedEvent>(
  log: LogCut<E>,
  from: Scan,
): AsyncGenerator<TailBatch<E>, void> {
  let { afterLogAt, afterId } = from;
  for (;;) {
    const limit = log.limit();
    const page = await readPage(log, { afterLogAt, afterId, limit });
    step('catch_up_page_read');
    const items = page.map((event): PositionedEvent<E> => {
      const position: Scan = { ...from, afterLogAt: event.logAt, afterId: event._id };
      return { event, position };
    });
    const end = page.at(-1);
    if (end === undefined || page.length < limit) {
      yield { items, position: { kind: 'tail', token: from.thenToken } };
      return;
    }
    ({ logAt: afterLogAt, _id: afterId } = end);
    yield { items, position: { ...from, afterLogAt, afterId } };
  }
}

async function readPage<E extends TailedEvent>(
  { events, fields }: LogCut<E>,
  after: { afterLogAt: unknown; afterId: Binary | null; limit: number },
): Promise<(E & { logAt: Timestamp })[]> {
  const { afterLogAt: logAt, afterId, limit } = after;
  const beyond =
    afterId === null
      ? { logAt: { $gte: logAt } }
      : { $or: [{ logAt: { $gt: logAt } }, { logAt, _id: { $gt: afterId } }] };
  const wanted = Object.fromEntries([...fields, 'logAt'].map((field) => [field, 1]));
  return events
    .aggregate<E & { logAt: Timestamp }>(
      [{ $match: beyond }, { $sort: { logAt: 1, _id: 1 } }, { $limit: limit }, { $project: wanted }],
      { readConcern: { level: 'majority' }, batchSize: limit },
    )
    .toArray();
}
