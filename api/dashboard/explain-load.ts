/** Loads what a number is made of: the hours of its range, and one hour's calls with their events. */
import type { Shape } from './document.ts';
import { INVALID_ANSWER, fieldsIn, isFields, listOf, numberIn, textIn } from './fields.ts';
import { METRICS, summed, type Metric, type MetricName } from './metrics.ts';
import type { RangeQuery } from './overview-load.ts';
import { request, type Signs } from './request.ts';
import { rowsIn, type Row } from './rows.ts';

type Heard = (signs: Signs) => void;
/** A number over a range: the row of the whole range, and the hours that add up to it. */
export type Opened = { whole: Shape<'Headline'>; hours: Row[] };
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

/**
 * Loads a number's hours, and the whole as the API gives it for the whole range.
 * @param name which number
 * @param query range, zone and slice
 * @param heard told what headers say
 * @returns the hours that have something in them
 */
export async function loadOpened(name: MetricName, query: RangeQuery, heard: Heard): Promise<Opened> {
  const metric: Metric = METRICS[name];
  const [hours, summary] = await Promise.all([
    hoursOf(metric.view, query, heard),
    request('/api/db/analytics/summary', { query }),
  ]);
  return { whole: fieldsIn(summary.data.current), hours: hours.filter((row) => hasAny(metric, row)) };
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
  const { data } = await request('/api/db/analytics/explain', { query });
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

async function hoursOf(view: Metric['view'], query: RangeQuery, heard: Heard): Promise<Row[]> {
  const hourly = { query: { ...query, period: 'hour' } };
  switch (view) {
    case 'duration': {
      const answer = await request('/api/db/analytics/duration/{period}', {
        params: { period: 'hour' },
        query,
      });
      heard(answer);
      return rowsIn(answer.data.stats);
    }
    case 'outcome': {
      const answer = await request('/api/db/analytics/outcomes', hourly);
      heard(answer);
      return rowsIn(answer.data.outcomes);
    }
    case 'sentiment': {
      const answer = await request('/api/db/analytics/sentiment', hourly);
      heard(answer);
      return rowsIn(answer.data.series);
    }
  }
}

/** Whether a row has any part of a number in it. */
function hasAny(metric: Metric, { fields }: Row): boolean {
  const measured = { of: 'measuredCalls' } as const;
  const terms = metric.note === undefined ? [metric.over, ...metric.under] : [measured];
  return terms.some((term) => (summed(term, [fields]) ?? 0) !== 0);
}

function countsIn(value: unknown): Record<string, number> {
  const fields = isFields(value) ? value : {};
  return Object.fromEntries(Object.keys(fields).map((name) => [name, numberIn(fields, name) ?? 0]));
}
