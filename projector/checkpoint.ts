/** The projector's mark of progress: moved by compare-and-set in the transaction that writes what it covers. */
import type { ClientSession, Db } from 'mongodb';
import type { Checkpoint, Position } from './documents.ts';

const ID = 'views';

/**
 * Makes this epoch the only one that may write, and reads where the last one stopped. After it returns, no writer of an
 * earlier epoch can commit anything.
 * @param db the database
 * @param epoch the epoch of the lease just taken
 * @returns the checkpoint, or null where a higher epoch has it already
 */
export async function claimCheckpoint(db: Db, epoch: number): Promise<Checkpoint | null> {
  const checkpoints = db.collection<Checkpoint>('checkpoints');
  await checkpoints.updateOne(
    { _id: ID },
    { $setOnInsert: { epoch: 0, sequence: 0, position: null, at: new Date(0) } },
    { upsert: true },
  );
  await checkpoints.updateOne({ _id: ID, epoch: { $lt: epoch } }, { $set: { epoch } });
  return checkpoints.findOne({ _id: ID, epoch });
}

/**
 * Moves the checkpoint by one sequence number inside a transaction. Since every commit raises the sequence by one, matching
 * the previous one is at once the fence against other writers, the exactly-once mark, and the answer to an unknown commit.
 * @param db the database
 * @param session the session with the open transaction
 * @param move the epoch to write under, the sequence this commit takes, and the position it covers
 * @returns the server's time of this commit, or null where the checkpoint is not where we left it
 */
export async function moveCheckpoint(
  db: Db,
  session: ClientSession,
  move: { epoch: number; sequence: number; position: Position },
): Promise<Date | null> {
  const { epoch, sequence, position } = move;
  const moved = await db
    .collection<Checkpoint>('checkpoints')
    .findOneAndUpdate(
      { _id: ID, epoch, sequence: sequence - 1 },
      [{ $set: { sequence, position: { $literal: position }, at: '$$NOW' } }],
      { session, returnDocument: 'after' },
    );
  return moved?.at ?? null;
}

/**
 * Reads the checkpoint as the majority has it.
 * @param db the database
 * @returns the checkpoint, or null before the first projector started
 */
export function readCheckpoint(db: Db): Promise<Checkpoint | null> {
  return db.collection<Checkpoint>('checkpoints').findOne({ _id: ID }, { readConcern: 'majority' });
}
