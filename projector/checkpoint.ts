/** The projector's marks of progress: moved by compare-and-set, that of the views in the transaction that writes what it covers. */
import type { ClientSession, Db } from 'mongodb';
import type { Checkpoint, Position } from './documents.ts';

/** Somebody else writes under a higher epoch: this process must stop writing. */
export class Fenced extends Error {
  readonly code = 'FENCED';
}

/**
 * Makes this epoch the only one that may write, and reads where the last one stopped. After it returns, no writer of an
 * earlier epoch can move the checkpoint.
 * @param db the database
 * @param epoch the epoch of the lease just taken
 * @param id whose checkpoint
 * @returns the checkpoint, or null where a higher epoch has it already
 */
export async function claimCheckpoint(
  db: Db,
  epoch: number,
  id: Checkpoint['_id'] = 'views',
): Promise<Checkpoint | null> {
  const checkpoints = db.collection<Checkpoint>('checkpoints');
  await checkpoints.updateOne(
    { _id: id },
    { $setOnInsert: { epoch: 0, sequence: 0, position: null, at: new Date(0) } },
    { upsert: true },
  );
  await checkpoints.updateOne({ _id: id, epoch: { $lt: epoch } }, { $set: { epoch } });
  return checkpoints.findOne({ _id: id, epoch });
}

/** Under which epoch a checkpoint moves, the sequence this move takes, and the position it covers. */
export type Move = { id: Checkpoint['_id']; epoch: number; sequence: number; position: Position };

/**
 * Moves a checkpoint by one sequence number. Since every move raises the sequence by one, matching the previous one is at once
 * the fence against other writers, the exactly-once mark, and the answer to an unknown commit.
 * @param db the database
 * @param move what to
 * @param session of the open transaction that the move is part of; left out where it stands alone
 * @returns the server's time of this move, or null where the checkpoint is not where we left it
 */
export async function moveCheckpoint(db: Db, move: Move, session?: ClientSession): Promise<Date | null> {
  const { id, epoch, sequence, position } = move;
  const moved = await db
    .collection<Checkpoint>('checkpoints')
    .findOneAndUpdate(
      { _id: id, epoch, sequence: sequence - 1 },
      [{ $set: { sequence, position: { $literal: position }, at: '$$NOW' } }],
      { ...(session !== undefined && { session }), returnDocument: 'after' },
    );
  return moved?.at ?? null;
}

/**
 * Reads the checkpoint of the views as the majority has it.
 * @param db the database
 * @returns the checkpoint, or null before the first projector started
 */
export function readCheckpoint(db: Db): Promise<Checkpoint | null> {
  return db.collection<Checkpoint>('checkpoints').findOne({ _id: 'views' }, { readConcern: 'majority' });
}
