/** Two ends of the scale: a drain that does nothing, and the consumer that everybody writes first. */
import type { TailedEvent } from '../../../ingest/contract.ts';
import { EVENT_FIELDS, tail } from '../../../projector/tail.ts';
import type { Consume } from './projectors.ts';

/** The same stream, the same pipeline, read in the same batches: what is left when nothing is folded or written. */
export const bare: Consume = async ({ db, token, wanted }) => {
  const events = db.collection<TailedEvent>('events');
  const log = { events, fields: EVENT_FIELDS, limit: () => 1_000 };
  let taken = 0;
  for await (const { items } of tail(log, { kind: 'tail', token, logAt: null })) {
    taken += items.length;
    if (taken >= wanted) break;
  }
  return taken;
};

/** One counter of one view, its token saved after it: two writes an event, and twice counted when it dies between them. */
export const naive: Consume = async ({ db, wanted }) => {
  const events = db.collection<TailedEvent>('events');
  const first = await events.find().sort({ logAt: 1 }).limit(1).next();
  if (first === null) throw new Error('an empty log');
  const counters = db.collection<{ _id: string; calls?: number; token?: unknown }>('naive');
  await using stream = events.watch([], { startAtOperationTime: first.logAt });
  let taken = 0;
  while (taken < wanted) {
    const change = await stream.next();
    if (change.operationType !== 'insert') continue;
    const hour = new Date(change.fullDocument.eventAt.getTime()).toISOString().slice(0, 13);
    await counters.updateOne({ _id: hour }, { $inc: { calls: 1 } }, { upsert: true });
    await counters.updateOne({ _id: 'token' }, { $set: { token: change._id } }, { upsert: true });
    taken += 1;
  }
  return taken;
};
