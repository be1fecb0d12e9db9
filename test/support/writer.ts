/** The projector's writer without a tail, for tests that commit batches by hand. */
import { claimCheckpoint } from '../../projector/checkpoint.ts';
import type { Writer } from '../../projector/commit.ts';
import { createFactsOf } from '../../projector/facts-of.ts';
import type { World } from './world.ts';

/**
 * Claims the checkpoint and opens a session.
 * @param world a prepared database
 * @param epoch of the writer
 * @returns the writer; whoever opened it ends its session
 */
export async function openWriter(
  { db, client }: Pick<World, 'db' | 'client'>,
  epoch: number,
): Promise<Writer> {
  const checkpoint = await claimCheckpoint(db, epoch);
  if (checkpoint === null) throw new Error('a higher epoch has the checkpoint');
  const { sequence } = checkpoint;
  return { db, session: client.startSession(), epoch, sequence, factsOf: createFactsOf(db), pointer: null };
}
