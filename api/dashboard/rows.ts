/** The rows of the three views as the page uses them, read from what GET and `view_update` both send. Pure. */
import { instantIn, isFields, listOf, numberIn, type Fields } from './fields.ts';

/** The period of a row: ms since 1970, end exclusive. */
export type Span = { startMs: number; endMs: number };
/** Calls of one period. `answeredCalls` counts calls in progress too; `measuredCalls` is the divisor of the talk time. */
export type DurationRow = Span & {
  totalCalls: number;
  answeredCalls: number;
  measuredCalls: number;
  totalDurationSeconds: number;
};
/** Outcomes of one period; `endedCalls` and the answered among them make the answer rate. */
export type OutcomeRow = Span & {
  totalCalls: number;
  success: number;
  failure: number;
  unknown: number;
  endedCalls: number;
  endedAnswered: number;
};
/** Sentiment of one period: five labels that add up to `total`; the score is −1 to 1, null where nothing was scored. */
export type SentimentRow = Span & {
  positive: number;
  neutral: number;
  negative: number;
  mixed: number;
  unknown: number;
  total: number;
  scoredCalls: number;
  averageScore: number | null;
};

/**
 * Reads a row of `/analytics/duration`.
 * @param value one member of `stats`, or a pushed bucket
 * @returns null where it is no such row
 */
export function durationRow(value: unknown): DurationRow | null {
  return rowOf(value, ['totalCalls', 'answeredCalls', 'measuredCalls', 'totalDurationSeconds']);
}

/**
 * Reads a row of `/analytics/outcomes`.
 * @param value one member of `outcomes`, or a pushed bucket
 * @returns null where it is no such row
 */
export function outcomeRow(value: unknown): OutcomeRow | null {
  const row = rowOf(value, ['totalCalls', 'success', 'failure', 'unknown']);
  if (row === null || !isFields(value)) return null;
  const endedCalls = isFields(value.endedBy) ? sumOf(value.endedBy) : 0;
  const rate = numberIn(value, 'answerRate');
  return {
    ...row,
    endedCalls,
    endedAnswered: rate === null ? 0 : endedAnswered(value, { totalCalls: row.totalCalls, endedCalls, rate }),
  };
}

/**
 * Reads a row of the sentiment series.
 * @param value one member of `series`, or a pushed bucket
 * @returns null where it is no such row
 */
export function sentimentRow(value: unknown): SentimentRow | null {
  const labels = ['positive', 'neutral', 'negative', 'mixed', 'unknown', 'total', 'scoredCalls'] as const;
  const row = rowOf(value, labels);
  if (row === null || !isFields(value)) return null;
  return { ...row, averageScore: numberIn(value, 'averageScore') };
}

/**
 * Reads a list of rows.
 * @param value what should be an array
 * @param read reader of one row
 * @returns null where it is no array or a member is no row: half an answer is not shown as a whole one
 */
export function rowsOf<R>(value: unknown, read: (value: unknown) => R | null): R[] | null {
  const rows = listOf(value)?.map(read) ?? null;
  if (rows === null) return null;
  const whole = rows.filter((row) => row !== null);
  return whole.length === rows.length ? whole : null;
}

function rowOf<K extends string>(value: unknown, names: readonly K[]): (Span & Record<K, number>) | null {
  if (!isFields(value)) return null;
  const startMs = instantIn(value, 'start');
  const endMs = instantIn(value, 'end');
  if (startMs === null || endMs === null) return null;
  const numbers: Partial<Record<K, number>> = {};
  for (const name of names) {
    const number = numberIn(value, name);
    if (number === null) return null;
    numbers[name] = number;
  }
  return { startMs, endMs, ...(numbers as Record<K, number>) };
}

function sumOf(counts: Fields): number {
  return Object.keys(counts).reduce((sum, name) => sum + (numberIn(counts, name) ?? 0), 0);
}

/**
 * The numerator of the answer rate, which has one decimal only. `answered` counts calls in progress too, so the numerator is
 * `answered` less at most the calls that have not ended: exact where all have, and within the rate's rounding otherwise.
 */
function endedAnswered(row: Fields, of: { totalCalls: number; endedCalls: number; rate: number }): number {
  const byRate = Math.round((of.endedCalls * of.rate) / 100);
  const answered = numberIn(row, 'answered');
  if (answered === null) return byRate;
  const running = Math.max(0, of.totalCalls - of.endedCalls);
  return Math.min(answered, of.endedCalls, Math.max(byRate, answered - running));
}
