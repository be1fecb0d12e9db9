/** The first pass of a rebuild: the whole log folded into calls, in pieces by log time that several workers take. */
import { Timestamp, type ClientSession, type Db } from 'mongodb';
import type { TailedEvent } from '../../ingest/contract.ts';
import { foldCalls, idsTouched } from '../fold.ts';
import { TRANSACTION } from '../project.ts';
import { loadCalls, writeCalls } from '../write-version.ts';
import { inParallel, parkedNow, PROJECTION, type Building } from './building.ts';
import { rebuildStep as step } from './steps.ts';

/** Events folded at once: enough that most of a call is in one batch, few enough for a short transaction. */
const BATCH_EVENTS = 2_000;
/** A piece has so many events at most, save where there are that many pieces; each worker finds at least a few. */
const PIECES = { events: 10_000, most: 2_000, aWorker: 4 };
/** Places of the log that are looked at for each cut: pieces come out within some 30 % of each other. */
const LOOKED_AT = 10;

/** A stretch of the log: from one log time to before another; null is open. */
type Piece = { from: Timestamp | null; to: Timestamp | null };

/**
 * Folds the whole log. No order is kept and none is needed: the fold does not depend on it. Where two workers meet in one
 * call, by a link across their pieces, both write it or both write its alias, which the index has once: one of the two
 * transactions is refused and taken again, and then finds what the other wrote.
 * @param building the version
 * @param told hears of events that were folded
 */
export async function buildCalls(building: Building, told: (events: number) => void): Promise<void> {
  const { db, factsOf, factsVersion, signal } = building;
  const parked = await parkedNow(db);
  await inParallel(await piecesOf(building), building, async (piece, session) => {
    for await (const batch of batchesOf(db, piece)) {
      signal.throwIfAborted();
      const counted = batch.filter(({ _id }) => !parked.has(_id.toString('hex')));
      await foldBatch(building, session, await factsOf(counted, factsVersion));
      step('calls_folded');
      told(batch.length);
    }
  });
}

/** Cuts the log where a sample of its events says, so that no worker is left with all the rest. */
async function piecesOf({ db, workers }: Building): Promise<Piece[]> {
  const events = db.collection<TailedEvent>('events');
  const fitting = Math.ceil((await events.estimatedDocumentCount()) / PIECES.events);
  const wanted = Math.min(PIECES.most, Math.max(fitting, workers.length * PIECES.aWorker));
  const sampled = await events
    .aggregate<Pick<TailedEvent, 'logAt'>>([
      { $sample: { size: wanted * LOOKED_AT } },
      { $project: { logAt: 1 } },
    ])
    .toArray();
  const times = sampled.map(({ logAt }) => logAt).sort((a, b) => a.compare(b));
  const cuts = times.filter((time, index) => {
    const before = times[index - LOOKED_AT];
    return index > 0 && index % LOOKED_AT === 0 && before !== undefined && time.compare(before) !== 0;
  });
  return [null, ...cuts].map((from, index) => ({ from, to: cuts[index] ?? null }));
}

async function* batchesOf(db: Db, { from, to }: Piece): AsyncGenerator<TailedEvent[]> {
  const logAt = { ...(from !== null && { $gte: from }), ...(to !== null && { $lt: to }) };
  const found = db
    .collection<TailedEvent>('events')
    .find({ logAt: { $gte: new Timestamp({ t: 0, i: 0 }), ...logAt } }, { readConcern: 'majority' })
    .project<TailedEvent>(PROJECTION)
    .sort({ logAt: 1 })
    .batchSize(BATCH_EVENTS);
  while (await found.hasNext()) yield found.readBufferedDocuments();
}

async function foldBatch(building: Building, session: ClientSession, events: TailedEvent[]): Promise<void> {
  const { db, version, sequence: revision } = building;
  const ids = idsTouched(events);
  const target = { db, session, version };
  await session.withTransaction(async () => {
    const calls = foldCalls(events, await loadCalls(target, ids));
    await writeCalls(target, { calls, revision });
  }, TRANSACTION);
}
