/** Ingest's crash points: places where a kill must lose no event that was answered, and count none twice. */
import { createSteps } from '../ops/process/steps.ts';

/** Names in the order in which a request passes them; `sent` and `acknowledged` are passed once a write. */
export const INGEST_STEPS = ['verified', 'interpreted', 'sent', 'acknowledged'] as const;

/** Announces that a crash point is passed; costs nothing when nobody listens. */
export const step = createSteps(INGEST_STEPS);
