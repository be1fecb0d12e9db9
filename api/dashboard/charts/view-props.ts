/** What every chart of the page is given. */
import type { ReadonlySignal } from '@preact/signals';
import type { Formats } from '../format.ts';
import type { Range } from '../range.ts';
import type { State } from '../state.ts';
import type { Theme } from './theme.ts';

/** State to read, formats to write with, colours to draw in. */
export type ViewProps = { state: State; formats: Formats; theme: ReadonlySignal<Theme> };

/**
 * Names the period that a chart's numbers belong to.
 * @param range the range on show
 * @param startMs start of the period pointed at, or null for the whole range
 * @param formats the reader's formats
 * @returns such as `Tue 14:00 – 15:00 · so far` or `Last 24 hours`
 */
export function periodText(range: Range, startMs: number | null, formats: Formats): string {
  if (startMs === null) return RANGE_TEXTS[range.name];
  const open = startMs + range.stepMs >= range.endMs ? ' · so far' : '';
  return `${formats.span(startMs, range.period)}${open}`;
}

/** What a range is called in running text. */
export const RANGE_TEXTS = { '24h': 'Last 24 hours', '7d': 'Last 7 days', '30d': 'Last 30 days' } as const;
/** What the time before a range is called. */
export const BEFORE_TEXTS = { '24h': 'Day before', '7d': '7 days before', '30d': '30 days before' } as const;
/** What stands above the periods of a table. */
export const PERIOD_HEADS = { hour: 'Hour', day: 'Day (UTC)' } as const;
