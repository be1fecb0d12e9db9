/** The outcome view: did calls reach their goal, how did they connect, who ended them. Pure. */
import type { Call } from '../call.ts';
import { isAnswered, type Cells, type View } from './view.ts';

/**
 * Every call counts in `calls`, under one goal and under one connection; ended ones also in `ended`, under one `endedBy`
 * and, where answered, in `endedAnswered`. A goal that nobody reported is unknown, never failure.
 */
export const outcome: View = {
  name: 'outcome',
  cellsOf(call: Call): Cells {
    const cells: Record<string, number> = {
      calls: 1,
      [`goal.${call.goal}`]: 1,
      [`connection.${call.connection}`]: 1,
    };
    if (call.status === 'ended') {
      cells.ended = 1;
      cells[`endedBy.${call.endedBy ?? 'unknown'}`] = 1;
      if (isAnswered(call)) cells.endedAnswered = 1;
    }
    return cells;
  },
};
