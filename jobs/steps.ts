/** The jobs' crash points: places where a kill leaves nothing half done that the next run does not finish. */
import { createSteps } from '../ops/process/steps.ts';

/** Names in the order in which a run passes them, job by job. */
export const JOBS_STEPS = [
  'retention_page_taken',
  'retention_page_noted',
  'retention_file_taken',
  'erasure_noted',
  'erasure_told',
  'erasure_facts_taken',
  'erasure_bodies_taken',
  'erasure_audio_taken',
  'erasure_speech_taken',
  'erasure_unread_taken',
  'erasure_proved',
] as const;

/** Announces that a crash point is passed; costs nothing when nobody listens. */
export const step = createSteps(JOBS_STEPS);
