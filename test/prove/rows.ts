/** The faults that callviews must survive, and for each which tests inject it: the rows of the table in `ops/faults.md`. */
import type { FaultRow } from './row.ts';
import { ROWS_1_TO_25 } from './rows-1-25.ts';
import { ROWS_26_TO_50 } from './rows-26-50.ts';

/** All fifty. */
export const FAULT_ROWS: readonly FaultRow[] = [...ROWS_1_TO_25, ...ROWS_26_TO_50];
