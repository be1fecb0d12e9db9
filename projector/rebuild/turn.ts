/** A turn between two commits of the projector: the pointer changed, the checkpoint moved, an update written, all or nothing. */
import type { ClientSession, Db, MongoClient } from 'mongodb';
import type { Checkpoint, StoredUpdate } from '../documents.ts';
import { TRANSACTION } from '../project.ts';
import { readPointer, type Pointer } from '../version.ts';
import { rebuildStep as step } from './steps.ts';

/** Where turns are taken, by a session that stands in the lease: the projector ends it where its holder was killed. */
export type Place = { client: MongoClient; db: Db; session: ClientSession };

/** A turn: its open transaction, the pointer before it, the checkpoint as the last commit left it, and the turn's own sequence. */
export type Turn = { session: ClientSession; pointer: Pointer; last: Checkpoint; sequence: number };

/** What of calls and buckets a turn changed, as its update tells readers, and which events it covers that no update listed. */
export type ToldChanges = Pick<StoredUpdate, 'events' | 'buckets' | 'calls' | 'merged' | 'campaigns'>;

/**
 * What a turn comes to: the pointer after it, what it changed, and whether readers must load all anew. Null leaves everything as
 * it is.
 */
export type Outcome = { pointer: Pointer; changes?: ToldChanges; all?: true } | null;

/** A rebuild cannot do what it is asked to; the text says why. */
export class RebuildRefused extends Error {
  readonly code = 'REBUILD_REFUSED';
}

/**
 * Takes a turn. The checkpoint is written first, so either this waits for the projector's open commit to end, or the
 * projector's next one meets a checkpoint that moved and reads anew: nothing is ever written by a pointer that is not the
 * checkpoint's. Where a commit's outcome is unknown the turn is taken again: it must find what it did before.
 * @param place where
 * @param change what to do, in the turn's transaction
 * @returns what the turn came to
 */
export async function takeTurn(
  { db, session }: Place,
  change: (turn: Turn) => Promise<Outcome>,
): Promise<Outcome> {
  return session.withTransaction(async () => {
    const moved = await db
      .collection<Checkpoint>('checkpoints')
      .findOneAndUpdate({ _id: 'views' }, [{ $set: { sequence: { $add: ['$sequence', 1] }, at: '$$NOW' } }], {
        session,
        returnDocument: 'after',
      });
    if (moved === null) throw new RebuildRefused('the projector has never started: there is no checkpoint');
    const { sequence, at } = moved;
    const pointers = db.collection<Pointer>('pointers');
    const pointer = await readPointer(pointers, session);
    step('turn_taken');
    const came = await change({ session, pointer, last: { ...moved, sequence: sequence - 1 }, sequence });
    if (came === null) {
      await session.abortTransaction();
      return null;
    }
    await pointers.replaceOne({ _id: 'views' }, came.pointer, { session, upsert: true });
    const updates = db.collection<StoredUpdate>('updates');
    const before = await updates.findOne({ _id: sequence - 1 }, { session, projection: { behindMs: 1 } });
    const nothing = { events: [], buckets: [], calls: [], merged: [], campaigns: [] };
    const update = {
      ...(came.changes ?? nothing),
      behindMs: before?.behindMs ?? 0,
      ...(came.all === true && { all: came.all }),
    };
    await updates.insertOne({ _id: sequence, at, ...update }, { session });
    return came;
  }, TRANSACTION);
}
