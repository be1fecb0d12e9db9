/** What a row of the fault table is, and the suites that several rows name. */

/**
 * One row. `suites`: paths under `test/`, without ending. `seenRed`: with which protection taken out its test failed, and
 * `redAt` the commit at which that was seen.
 */
export type FaultRow = {
  row: number;
  fault: string;
  must: string;
  suites: string[];
  seenRed?: string;
  redAt?: string;
};

export const INGEST_CRASH = 'faults/ingest-crash';
export const INGEST_DATABASE = 'faults/ingest-database';
export const CRASH = 'faults/crash';
export const TAKEOVER = 'faults/takeover';
export const STREAM = 'faults/stream';
export const DATABASE = 'faults/projector-database';
