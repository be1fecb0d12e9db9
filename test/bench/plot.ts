/** Figures of a run as bars: ours and what it is held against, one group a figure, each group on a scale of its own from nought. */
import type { JudgedFigure, Run } from './result.ts';

const WIDTH = 860;
const LABELS = 340;
const BAR = { height: 14, gap: 5 };
const TITLE = 26;
const ROOM_FOR_VALUE = 110;
/** Colours that are told apart on white and on black, by those who see no red too. */
const COLOUR = { ours: '#0b7fab', rival: '#9aa5b1', text: '#6b7683' };

/**
 * Draws a run.
 * @param run whose figures have something beside them; others are left to the table
 * @returns the text of an SVG, or null where nothing is to be drawn
 */
export function plotOf({ name, figures }: Run): string | null {
  const groups = figures.filter(({ rivals, value }) => rivals.length > 0 && value > 0);
  if (groups.length === 0) return null;
  let top = 8;
  const parts = groups.map((figure) => {
    const drawn = groupOf(figure, top);
    top += drawn.height;
    return drawn.text;
  });
  const head = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top}" viewBox="0 0 ${WIDTH} ${top}" font-family="sans-serif" font-size="12" role="img" aria-label="${escaped(name)}">`;
  return `${[head, ...parts, '</svg>'].join('\n')}\n`;
}

function groupOf({ what, unit, value, better, rivals }: JudgedFigure, top: number) {
  const bars = [{ what: 'callviews', value }, ...rivals];
  const most = Math.max(...bars.map((bar) => bar.value));
  const lines = [
    `<text x="8" y="${top + 14}" fill="${COLOUR.text}" font-weight="bold">${escaped(`${what}: ${unit} (${better} is better)`)}</text>`,
    ...bars.map((bar, index) => barOf(bar, { most, isOurs: index === 0, top: topOf(top, index) })),
  ];
  return { text: lines.join('\n'), height: TITLE + bars.length * (BAR.height + BAR.gap) + 10 };
}

function topOf(top: number, index: number): number {
  return top + TITLE + index * (BAR.height + BAR.gap) - 4;
}

type Place = { most: number; isOurs: boolean; top: number };

function barOf(bar: { what: string; value: number }, { most, isOurs, top }: Place): string {
  // What is very small beside the rest is still seen.
  const width = Math.max(1, Math.round((bar.value / most) * (WIDTH - LABELS - ROOM_FOR_VALUE)));
  const fill = isOurs ? COLOUR.ours : COLOUR.rival;
  const y = top + BAR.height - 3;
  return [
    `<text x="${LABELS - 8}" y="${y}" text-anchor="end" fill="${COLOUR.text}">${escaped(bar.what)}</text>`,
    `<rect x="${LABELS}" y="${top}" width="${width}" height="${BAR.height}" fill="${fill}"/>`,
    `<text x="${LABELS + width + 6}" y="${y}" fill="${COLOUR.text}">${numberOf(bar.value)}</text>`,
  ].join('\n');
}

/** A number as people read it: 12,345 or 0.24. */
export function numberOf(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 2 });
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
