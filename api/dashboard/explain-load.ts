/** Loads what a number is made of: the hours of its range, and one hour's calls with their events. */
import { isFields, listOf, numberIn, textIn, type Fields } from './fields.ts';
import { METRICS, summed, type Metric, type MetricName } from './metrics.ts';
import { fieldsIn } from './overview-load.ts';
import { INVALID_ANSWER, request, type Query, type Signs } from './request.ts';
import { rowsIn, type Row } from './rows.ts';

/** A number over a range: the row of the whole range, and the hours that add up to it. */
export type Opened = { whole: Fields; hours: Row[] };
/** One event behind a call: which groups of fields it decided. */
export type EventBehind = {
  id: string;
  provider: string;
  type: string;
  eventAtMs: number;
  decided: string[];
};
/** One call of an hour: what it adds to the stored cells, and its events. */
export type CallBehind = {
  callId: string;
  startedAt: string | null;
  adds: Record<string, number>;
  events: EventBehind[];
};
/** An hour opened; `isEqual` says whether its calls add up to the stored bucket, null where they were too many to add up. */
export type OpenedHour = {
  isEqual: boolean | null;
  cells: Record<string, number>;
  calls: CallBehind[];
  nextCursor: string | null;
};

const PATHS = {
  duration: { path: '/api/db/analytics/duration/', rows: 'stats' },
  outcome: { path: '/api/db/analytics/outcomes', rows: 'outcomes' },
  sentiment: { path: '/api/db/analytics/sentiment', rows: 'series' },
} as const;

/**
 * Loads a number's hours, and the whole as the API gives it for the whole range.
 * @param name which number
 * @param query range, zone and slice
 * @param heard told what headers say
 * @returns the hours that have something in them
 */
export async function loadOpened(
  name: MetricName,
  query: Query,
  heard: (signs: Signs) => void,
): Promise<Opened> {
  const metric: Metric = METRICS[name];
  const { path, rows } = PATHS[metric.view];
  const of = (period: string) =>
    metric.view === 'duration'
      ? request(path + period, { query })
      : request(path, { query: { ...query, period } });
  const [hours, summary] = await Promise.all([of('hour'), request('/api/db/analytics/summary', { query })]);
  heard(hours);
  const current = fieldsIn(fieldsIn(summary.data).current);
  // The headline numbers hold sentiment in a group of its own.
  const whole = { ...current, ...(isFields(current.sentiment) && current.sentiment) };
  return { whole, hours: rowsIn(hours.data, rows).filter((row) => hasAny(metric, row)) };
}

/**
 * Opens one hour of UTC.
 * @param name which number
 * @param slice as rooms are named
 * @param atMs start of the hour
 * @param cursor where the next calls begin, or null for the first
 * @returns its calls, each with what it adds
 */
export async function loadHour(
  name: MetricName,
  { slice, atMs, cursor }: { slice: string; atMs: number; cursor: string | null },
): Promise<OpenedHour> {
  const query = {
    ...{ view: METRICS[name].view, window: 'hourly', slice, limit: 50, cursor },
    at: new Date(atMs).toISOString(),
  };
  const data = fieldsIn((await request('/api/db/analytics/explain', { query })).data);
  const calls = listOf(data.calls);
  if (calls === null) throw new Error(INVALID_ANSWER);
  return {
    isEqual: typeof data.sumEqualsBucket === 'boolean' ? data.sumEqualsBucket : null,
    cells: countsIn(data.cells),
    calls: calls.map((call) => ({
      callId: textIn(call, 'callId') ?? '',
      startedAt: textIn(call, 'startedAt'),
      adds: countsIn(call.adds),
      events: (listOf(call.events) ?? []).map((event) => ({
        id: textIn(event, 'id') ?? '',
        provider: textIn(event, 'provider') ?? '',
        type: textIn(event, 'type') ?? '',
        eventAtMs: Date.parse(textIn(event, 'eventAt') ?? ''),
        decided: isFields(event.decided) ? Object.keys(event.decided) : [],
      })),
    })),
    nextCursor: textIn(data, 'nextCursor'),
  };
}

/** Whether a row has any part of a number in it. */
function hasAny(metric: Metric, { fields }: Row): boolean {
  const terms = metric.note === undefined ? [metric.over, ...metric.under] : [{ of: 'measuredCalls' }];
  return terms.some((term) => (summed(term, [fields]) ?? 0) !== 0);
}

function countsIn(value: unknown): Record<string, number> {
  const fields = isFields(value) ? value : {};
  return Object.fromEntries(Object.keys(fields).map((name) => [name, numberIn(fields, name) ?? 0]));
}
