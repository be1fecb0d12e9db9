/** The door of the projector: what the readers of its collections may know. */
export type { Call } from './call.ts';
export type { Part } from './parts.ts';
export { createFactsOf, type FactsOf } from './facts-of.ts';
export { contributionOf } from './contribute.ts';
export type {
  ChangedHour,
  Checkpoint,
  MergedCall,
  ParkedEvent,
  StoredCall,
  StoredRecording,
  StoredTranscript,
  StoredUpdate,
} from './documents.ts';
export { LINKED, RUNNING_STATUSES, WHOLE } from './documents.ts';
export { PERSONAL } from './erased.ts';
export { percentilesMs } from './histogram.ts';
export { createScorer, SCORER } from './text/score.ts';
export { reasonOf } from './reason.ts';
export { readRunways } from './runway.ts';
export { SCORE_SCALE } from './views/sentiment.ts';
export type { BucketId, Dimension, NestedCells, Slice, StoredBucket, ViewName } from './views/view.ts';
export { alone, type Workshop } from './rebuild/alone.ts';
export { buildVersion, type Built } from './rebuild/build.ts';
export { mendDay, mendHour } from './rebuild/mend.ts';
export { RebuildRefused } from './rebuild/turn.ts';
export { dropVersions, flipTo } from './rebuild/versions.ts';
export { collectionIn, readPointer, type Pointer } from './version.ts';
export { flatCells, nestedCells } from './views/cells.ts';
export { DIMENSIONS, VIEW_NAMES, viewCollection } from './views/view.ts';
export { DAY_MS, HOUR_MS, QUARTER_MS, WINDOW_NAMES, WINDOWS, type Window } from './windows.ts';
