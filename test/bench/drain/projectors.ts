/** The projector as it is, and its commit behind a consumer that takes change events one at a time. */
import { randomUUID } from 'node:crypto';
import type { ChangeStreamInsertDocument, Db, MongoClient } from 'mongodb';
import type { TailedEvent } from '../../../ingest/contract.ts';
import { createLog } from '../../../ops/process/log.ts';
import { commitBatch } from '../../../projector/commit.ts';
import type { Checkpoint } from '../../../projector/documents.ts';
import { runProjector } from '../../../projector/follow.ts';
import { EVENT_FIELDS, type PositionedEvent } from '../../../projector/tail.ts';
import { openWriter } from '../../support/writer.ts';

/** What a consumer has: the database, a token before the backlog, and how many events it is to take. */
export type Backlog = { client: MongoClient; db: Db; token: unknown; wanted: number };
/** Takes so many events and returns how many it took. */
export type Consume = (backlog: Backlog) => Promise<number>;

/** The projector of the product, from lease to commit. */
export const ours: Consume = async ({ client, db, token, wanted }) => {
  await standAt(db, token);
  const done = new AbortController();
  const session = client.startSession();
  let taken = 0;
  await runProjector({
    applicant: { client, db, name: 'views', holder: randomUUID(), session },
    log: createLog('bench', 'silent'),
    observer: {
      leading: () => undefined,
      committed: ({ events }) => {
        taken += events;
        if (taken >= wanted) done.abort();
      },
      historyLost: () => undefined,
    },
    signal: done.signal,
  });
  await session.endSession();
  return taken;
};

/** `next()` until a thousand are there. */
export const gathered: Consume = (backlog) => byNext(backlog, 1_000);
/** `next()`, one transaction each. */
export const single: Consume = (backlog) => byNext(backlog, 1);

async function byNext({ client, db, token, wanted }: Backlog, atOnce: number): Promise<number> {
  await standAt(db, token);
  const writer = await openWriter({ client, db }, 1);
  const fields = Object.fromEntries(['_id', ...EVENT_FIELDS].map((field) => [`fullDocument.${field}`, 1]));
  await using stream = db
    .collection<TailedEvent>('events')
    .watch<TailedEvent, ChangeStreamInsertDocument<TailedEvent>>(
      [{ $match: { operationType: 'insert' } }, { $project: { operationType: 1, ...fields } }],
      { startAtOperationTime: await timeOf(db), batchSize: 1_000 },
    );
  let taken = 0;
  for (let items: PositionedEvent[] = []; taken < wanted; items = []) {
    while (items.length < Math.min(atOnce, wanted - taken)) {
      const change = await stream.next();
      const event = change.fullDocument;
      items.push({ event, position: { kind: 'tail', token: change._id, logAt: event.logAt } });
    }
    const position = items.at(-1)?.position;
    if (position === undefined) break;
    await commitBatch(writer, { items, position }, () => undefined);
    taken += items.length;
  }
  await writer.session.endSession();
  return taken;
}

/** The server takes a token under the pipeline it was given for alone; the log's first time serves any. */
async function timeOf(db: Db) {
  const first = await db.collection<TailedEvent>('events').find().sort({ logAt: 1 }).limit(1).next();
  if (first === null) throw new Error('an empty log');
  return first.logAt;
}

async function standAt(db: Db, token: unknown): Promise<void> {
  const position = { kind: 'tail', token, logAt: null } as const;
  await db
    .collection<Checkpoint>('checkpoints')
    .insertOne({ _id: 'views', epoch: 0, sequence: 0, position, at: new Date(0) });
}
