/** The duration view: how many calls, how many answered, how long those talked, and what they cost. Pure. */
import type { Call } from '../call.ts';
import { binOf } from '../histogram.ts';
import { isAnswered, type Cells, type View } from './view.ts';

/**
 * Talk time counts for calls that have ended, were answered and say how long they took; `measured` is their number and so
 * the divisor of every average. `bins.<n>` is the histogram (`histogram.ts`). Costs count whatever became of the call.
 */
export const duration: View = {
  name: 'duration',
  cellsOf(call: Call): Cells {
    const cells: Record<string, number> = {
      calls: 1,
      answered: isAnswered(call) ? 1 : 0,
      costCredits: call.costCredits ?? 0,
      costMicroUsd: call.costMicroUsd ?? 0,
    };
    if (call.status === 'ended' && isAnswered(call) && call.durationMs !== null) {
      cells.measured = 1;
      cells.durationMs = call.durationMs;
      cells[`bins.${binOf(call.durationMs)}`] = 1;
    }
    return cells;
  },
};
