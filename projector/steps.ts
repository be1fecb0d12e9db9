/** The projector's crash points: places where a kill must change no number. */
import { createSteps } from '../ops/process/steps.ts';

/** Names in the order in which a batch passes them; lease and catch-up come before any batch. The last two are the text tail's. */
export const PROJECTOR_STEPS = [
  'lease_taken',
  'catch_up_page_read',
  'batch_read',
  'transaction_open',
  'checkpoint_matched',
  'calls_written',
  'buckets_written',
  'update_written',
  'commit_sent',
  'committed',
  'text_written',
  'text_passed',
] as const;

/** Announces that a crash point is passed; costs nothing when nobody listens. */
export const step = createSteps(PROJECTOR_STEPS);
