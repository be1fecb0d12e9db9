/** Reads before which time what was said is kept no longer. */
import type { Timestamp } from 'mongodb';
import type { Snapshot } from './snapshot.ts';

/**
 * The time before which transcripts that arrived are gone by age.
 * @param snapshot the moment to read at
 * @returns ms since 1970; -Infinity where none went by age
 */
export async function transcriptsGoneBeforeMs({ session, collection }: Snapshot): Promise<number> {
  const noted = await collection<{ _id: string; upTo: Timestamp | null }>('retentions').findOne(
    { _id: 'transcripts' },
    { session },
  );
  return noted?.upTo ? noted.upTo.t * 1_000 : -Infinity;
}
