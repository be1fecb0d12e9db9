/** What the database holds of one call, as the steps of an erasure hand it on. */
import type { StoredEvent } from '../../ingest/contract.ts';

/** Ids of a call and of what belongs to it (recordings, transcriptions), and its events without the system's own. */
export type Gathered = { ids: string[]; events: StoredEvent[] };
