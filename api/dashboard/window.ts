/** Which rows of a long list are drawn: those in sight and some around them. Pure. */

/** Rows from `first` up to `end` (excluded), and the heights that stand for the rest, in px. */
export type Window = { first: number; end: number; abovePx: number; belowPx: number };

/** Rows drawn beyond what is in sight: as much again on either side, so that no frame of a scroll is blank. */
const AROUND = 1;

/**
 * The rows to draw.
 * @param seen where the list is scrolled to, its height and that of one row, in px
 * @param count rows of the list
 * @returns the window
 */
export function windowOf(seen: { topPx: number; heightPx: number; rowPx: number }, count: number): Window {
  const { topPx, heightPx, rowPx } = seen;
  const inSight = Math.ceil(heightPx / rowPx) + 1;
  const top = Math.max(0, Math.min(Math.floor(topPx / rowPx), count - inSight));
  // Even numbers keep striped rows in their stripes and spare draws while scrolling by single rows.
  const first = Math.max(0, Math.floor((top - inSight * AROUND) / 8) * 8);
  const end = Math.min(count, Math.ceil((top + inSight * (1 + AROUND)) / 8) * 8);
  return { first, end, abovePx: first * rowPx, belowPx: (count - end) * rowPx };
}
