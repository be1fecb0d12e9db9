/** What all charts of the page share: one slot a period, quiet axes, a marked open period, one cursor for all. */
import uPlot from 'uplot';
import { labelled } from '../columns.ts';
import type { Formats } from '../format.ts';
import type { Range } from '../range.ts';
import { startsOf } from '../range.ts';
import type { Theme } from './theme.ts';

/** What a chart's axes depend on. */
export type Frame = { range: Range; theme: Theme; formats: Formats };
/** Options but for the size, which the box gives. */
export type FrameOptions = Omit<uPlot.Options, 'width' | 'height'>;

/**
 * Options of a chart over the periods of a range.
 * @param frame range, colours, formats
 * @param series drawn in this order, later ones above
 * @param scale how the upright axis is read: whole counts, or percent from 0 to 100
 * @returns uPlot options
 */
export function frameOptions(
  frame: Frame,
  series: readonly uPlot.Series[],
  scale: 'count' | 'percent',
): FrameOptions {
  const { theme, range } = frame;
  const periods = startsOf(range).length;
  return {
    padding: [theme.textPx, theme.textPx * 1.5, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: false, y: false, setScale: false },
      sync: { key: 'periods', setSeries: false },
    },
    scales: {
      x: { time: false, range: [-0.5, periods - 0.5] },
      y: { range: scale === 'percent' ? [0, 100] : (_self, _min, max) => [0, roomAbove(max)] },
    },
    series: [{}, ...series],
    axes: [periodAxis(frame), valueAxis(frame, scale)],
    hooks: { drawClear: [(self) => markOpen(self, theme, periods - 1)] },
  };
}

/**
 * Bars that leave room between periods.
 * @returns a path builder for one series
 */
export function barPaths(): uPlot.Series.PathBuilder {
  const make = uPlot.paths.bars;
  if (make === undefined) throw new Error('uPlot was built without bars');
  return make({ size: [0.7, 64], align: 0 });
}

function periodAxis({ range, theme, formats }: Frame): uPlot.Axis {
  const starts = startsOf(range);
  const widest = theme.textPx * 4.6;
  return {
    ...axisStyle(theme),
    size: theme.textPx * 2,
    grid: { show: false },
    splits: (self) => labelled(starts, (self.width - theme.textPx * 4) / widest, slotOf(range)),
    values: (_self, splits) => splits.map((index) => formats.tick(starts[index] ?? 0, range.period)),
  };
}

/** Hours are labelled on round hours of the reader's day, days counted back from today. */
function slotOf(range: Range): (startMs: number) => number {
  if (range.period === 'day') return (startMs) => (range.endMs - startMs) / range.stepMs - 1;
  return (startMs) => new Date(startMs).getHours();
}

function valueAxis({ theme, formats }: Frame, scale: 'count' | 'percent'): uPlot.Axis {
  return {
    ...axisStyle(theme),
    size: theme.textPx * (scale === 'percent' ? 4.2 : 3.6),
    grid: { stroke: theme.grid, width: 1 },
    space: theme.textPx * 2.4,
    incrs: scale === 'percent' ? [25, 50] : WHOLE_STEPS,
    values: (_self, splits) =>
      splits.map((value) => (scale === 'percent' ? `${value} %` : formats.compact(value))),
  };
}

/** A call is a whole thing: no half calls on the axis. */
const WHOLE_STEPS = [0, 1, 2, 3, 4, 5, 6].flatMap((power) => [1, 2, 5].map((digit) => digit * 10 ** power));

function axisStyle(theme: Theme): uPlot.Axis {
  return {
    stroke: theme.muted,
    font: `${theme.textPx}px system-ui, sans-serif`,
    gap: Math.round(theme.textPx / 2),
    ticks: { show: false },
  };
}

function roomAbove(max: number | null): number {
  return Math.max(4, Math.ceil((max ?? 0) * 1.08));
}

/** The last period is not over: a band behind it says that its bars still grow. */
function markOpen(self: uPlot, theme: Theme, index: number): void {
  const left = self.valToPos(index - 0.5, 'x', true);
  const right = self.valToPos(index + 0.5, 'x', true);
  const { ctx, bbox } = self;
  ctx.save();
  ctx.fillStyle = theme.open;
  ctx.fillRect(left, bbox.top, right - left, bbox.height);
  ctx.restore();
}
