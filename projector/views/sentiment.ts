/** The sentiment view: how callers felt, by label, score and who said so. Pure. */
import type { Call } from '../call.ts';
import type { Cells, View } from './view.ts';

/** Scores (−1 to 1) are summed as whole ten-thousandths, so that a sum can be taken back exactly. */
export const SCORE_SCALE = 10_000;

/** Every call counts under one label; `unknown` where nobody gave one, never folded into neutral. */
export const sentiment: View = {
  name: 'sentiment',
  cellsOf(call: Call): Cells {
    const cells: Record<string, number> = { calls: 1, [`label.${call.sentiment ?? 'unknown'}`]: 1 };
    if (call.sentimentSource !== null) cells[`source.${call.sentimentSource}`] = 1;
    if (call.sentimentScore !== null) {
      cells.scored = 1;
      cells.scoreSum = Math.round(call.sentimentScore * SCORE_SCALE);
    }
    return cells;
  },
};
