/** What all charts of the page share: one slot a period, quiet axes, a marked open period, one cursor for all. */
import uPlot from 'uplot';
import type { Period } from '../address.ts';
import type { Formats } from '../format.ts';
import type { Unit } from '../metrics.ts';
import { labelled, type Row } from '../rows.ts';
import { wallAt } from '../zone.ts';
import type { Theme } from './theme.ts';

/** What a chart's axes depend on. */
export type Frame = { rows: readonly Row[]; period: Period; theme: Theme; formats: Formats; unit: Unit };
/** Options but for the size, which the box gives. */
export type FrameOptions = Omit<uPlot.Options, 'width' | 'height'>;

/**
 * Options of a chart over rows.
 * @param frame rows, colours, formats, and what the upright axis counts
 * @param series drawn in this order, later ones above
 * @param bands areas between two of them
 * @returns uPlot options
 */
export function frameOptions(
  frame: Frame,
  series: readonly uPlot.Series[],
  bands: uPlot.Band[],
): FrameOptions {
  const { theme, rows, unit } = frame;
  const open = rows.findIndex(({ isOpen }) => isOpen);
  return {
    padding: [theme.textPx, theme.textPx * 2, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: false, y: false, setScale: false },
      sync: { key: 'periods', setSeries: false },
    },
    scales: {
      x: { time: false, range: [-0.5, rows.length - 0.5] },
      y: { range: (_self, min, max) => limitsOf(unit, min, max) },
    },
    series: [{}, ...series],
    bands,
    axes: [periodAxis(frame), valueAxis(frame)],
    hooks: open === -1 ? {} : { drawClear: [(self) => markOpen(self, theme, open)] },
  };
}

/**
 * Bars that leave room between periods.
 * @returns a path builder for one series
 */
export function barPaths(): uPlot.Series.PathBuilder {
  const make = uPlot.paths.bars;
  if (make === undefined) throw new Error('uPlot was built without bars');
  return make({ size: [0.72, 64], align: 0 });
}

function periodAxis({ rows, period, theme, formats }: Frame): uPlot.Axis {
  const widest = theme.textPx * 4.9;
  const midnight = period === 'hour' ? firstMidnight(rows, formats.timeZone) : rows.length - 1;
  return {
    ...axisStyle(theme),
    size: theme.textPx * 2,
    grid: { show: false },
    splits: (self) => labelled(rows.length, (self.width - theme.textPx * 4) / widest, midnight),
    values: (_self, splits) => splits.map((index) => formats.tick(rows[index]?.startMs ?? 0, period)),
  };
}

/** Hours are labelled on round hours of the zone's day. */
function firstMidnight(rows: readonly Row[], zone: string): number {
  const index = rows.slice(0, 25).findIndex(({ startMs }) => wallAt(startMs, zone).hour === 0);
  return index === -1 ? 0 : index;
}

function valueAxis({ theme, formats, unit }: Frame): uPlot.Axis {
  return {
    ...axisStyle(theme),
    size: theme.textPx * (unit === 'count' ? 3.4 : 4),
    grid: { stroke: theme.grid, width: 1 },
    space: theme.textPx * 2.4,
    incrs: STEPS[unit],
    values: (_self, splits) => splits.map((value) => tickText(value, unit, formats)),
  };
}

/** A call is a whole thing, percents stand at quarters, lengths at round seconds and minutes. */
const WHOLE = [0, 1, 2, 3, 4, 5, 6].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power));
const LENGTHS = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 86_400];
const STEPS: Readonly<Record<Unit, number[]>> = {
  count: WHOLE,
  credits: WHOLE,
  money: [0.01, 0.05, 0.1, 0.5, ...WHOLE],
  percent: [25, 50],
  score: [0.25, 0.5, 1],
  length: LENGTHS,
};

function tickText(value: number, unit: Unit, formats: Formats): string {
  if (unit === 'percent') return `${value} %`;
  if (unit === 'length') return value % 60 === 0 || value > 60 ? minutes(value) : `${value}s`;
  return unit === 'score' ? formats.score(value) : formats.compact(value);
}

function minutes(seconds: number): string {
  const [whole, rest] = [Math.floor(seconds / 60), seconds % 60];
  if (whole >= 60) return `${Math.floor(whole / 60)}h${whole % 60 === 0 ? '' : ` ${whole % 60}m`}`;
  return rest === 0 ? `${whole}m` : `${whole}:${String(rest).padStart(2, '0')}`;
}

function limitsOf(unit: Unit, _min: number | null, max: number | null): [number, number] {
  if (unit === 'percent') return [0, 100];
  if (unit === 'score') return [-1, 1];
  return [0, Math.max(4, Math.ceil((max ?? 0) * 1.08))];
}

function axisStyle(theme: Theme): uPlot.Axis {
  return {
    stroke: theme.muted,
    font: `${theme.textPx}px system-ui, sans-serif`,
    gap: Math.round(theme.textPx / 2),
    ticks: { show: false },
  };
}

/** The open period is not over: a band behind it says that its numbers still move. */
function markOpen(self: uPlot, theme: Theme, index: number): void {
  const left = self.valToPos(index - 0.5, 'x', true);
  const right = self.valToPos(index + 0.5, 'x', true);
  const { ctx, bbox } = self;
  ctx.save();
  ctx.fillStyle = theme.open;
  ctx.fillRect(left, bbox.top, right - left, bbox.height);
  ctx.restore();
}
