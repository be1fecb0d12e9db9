/** A version built beside the one in use, from the log alone, until the projector writes both. */
import type { StoredEvent } from '../../ingest/contract.ts';
import { ensureSchema } from '../../ops/process/schema.ts';
import { createFactsOf } from '../facts-of.ts';
import { schemaOfVersion } from '../schema.ts';
import { collectionIn } from '../version.ts';
import type { Workshop } from './alone.ts';
import { buildCalls } from './build-calls.ts';
import type { Building } from './building.ts';
import { countBuckets } from './count-buckets.ts';
import { join, placeReached } from './follow-updates.ts';
import { rebuildStep as step } from './steps.ts';
import { beginVersion } from './versions.ts';

/** How to build: facts below `factsVersion` are read from the bodies again. */
export type BuildPlan = Workshop & { factsVersion: number };

/** What a build tells while it goes on: what is being worked through and how much of it there is, and how much was done. */
export type BuildWatch = {
  began(what: 'events' | 'calls', total: number): void;
  advanced(by: number): void;
  ended(): void;
};

/** What was built: the version, what it holds, and the sequence from which on it is written with the version in use. */
export type Built = { version: number; events: number; calls: number; buckets: number; sequence: number };

/**
 * Builds a version. Killed at any point it leaves nothing but collections that the next one drops: it starts over.
 * @param plan how
 * @param watch hears how far it is
 */
export async function buildVersion(plan: BuildPlan, watch: BuildWatch): Promise<Built> {
  const { db, factsVersion } = plan;
  const { version, sequence } = await beginVersion(plan, factsVersion);
  const building: Building = { ...plan, version, sequence, factsOf: createFactsOf(db) };
  let events = 0;
  watch.began('events', await db.collection<StoredEvent>('events').estimatedDocumentCount());
  await buildCalls(building, (folded) => {
    events += folded;
    watch.advanced(folded);
  });
  watch.ended();
  const place = await placeReached(building);
  await ensureSchema(db, schemaOfVersion(version));
  step('calls_built');
  const calls = await db.collection(collectionIn('calls', version)).estimatedDocumentCount();
  watch.began('calls', calls);
  const buckets = await countBuckets(building, (counted) => watch.advanced(counted));
  watch.ended();
  step('buckets_built');
  return { version, events, calls, buckets, sequence: await join(building, place) };
}
