/** The crash points of a rebuild: places where a kill must leave the version in use as it was, or the flip done. */
import { createSteps } from '../../ops/process/steps.ts';

/** Names in the order in which a rebuild passes them. */
export const REBUILD_STEPS = [
  'version_begun',
  'calls_folded',
  'calls_built',
  'day_counted',
  'buckets_built',
  'updates_followed',
  'turn_taken',
  'joined',
  'flipped',
] as const;

/** Announces that a crash point is passed; costs nothing when nobody listens. */
export const rebuildStep = createSteps(REBUILD_STEPS);
