/** The rows of the analytics answers, as clients receive them: durations, outcomes, sentiment, headline numbers, ranked keys. Pure. */
import { z } from 'zod';
import { METRICS } from '../ranking.ts';
import { CONNECTIONS, ENDED_BY, LABELS, SOURCES } from '../words.ts';
import { COUNT, fieldsOf, INSTANT, PERCENT, SECONDS, TIMEFRAME } from './common.ts';

const HEAD = { period: z.string(), start: INSTANT, end: INSTANT, complete: z.boolean() };
const CREDITS = z.number();
/** −1 to 1, over scored calls. */
const SCORE = z.number().min(-1).max(1).nullable();

const LENGTHS = {
  totalCalls: COUNT,
  answeredCalls: COUNT,
  measuredCalls: COUNT,
  totalDurationSeconds: SECONDS,
  averageDurationSeconds: SECONDS.nullable(),
};
const PERCENTILES = {
  p50DurationSeconds: SECONDS.nullable(),
  p90DurationSeconds: SECONDS.nullable(),
  p95DurationSeconds: SECONDS.nullable(),
  p99DurationSeconds: SECONDS.nullable(),
};
const COSTS = { totalCostCredits: CREDITS, totalCostUsd: CREDITS };
const COST_TOLD = CREDITS.nullable().describe('Null where no call of them has a cost, or all have one of 0');
const TOLD_COSTS = { totalCostCredits: COST_TOLD, totalCostUsd: COST_TOLD };

/** Calls, talk time and costs of one period. */
export const DURATION_ROW = z
  .strictObject({ ...HEAD, ...LENGTHS, ...PERCENTILES, ...COSTS })
  .meta({ id: 'DurationRow' });

const connection = fieldsOf(CONNECTIONS, COUNT).meta({ id: 'ConnectionCounts' });
const endedBy = fieldsOf(ENDED_BY, COUNT).meta({ id: 'EndedByCounts' });
const GOALS = { totalCalls: COUNT, success: COUNT, failure: COUNT, unknown: COUNT, successRate: PERCENT };
/** The answer rate and what it is made of, so that rows can be added up. */
const ENDED = { ended: COUNT, endedAnswered: COUNT, answerRate: PERCENT };

/** Goals, connections and endings of one period. */
export const OUTCOME_ROW = z
  .strictObject({
    date: z.string(),
    ...HEAD,
    ...GOALS,
    answered: COUNT,
    ...ENDED,
    connection,
    endedBy,
  })
  .meta({ id: 'OutcomeRow' });

const SHARES = fieldsOf(LABELS, PERCENT).meta({ id: 'SentimentShares' });
const FEELINGS = {
  positive: COUNT,
  neutral: COUNT,
  negative: COUNT,
  mixed: COUNT,
  unknown: COUNT,
  total: COUNT,
  scoredCalls: COUNT,
  averageScore: SCORE,
  percentages: SHARES,
  sources: fieldsOf(SOURCES, COUNT).meta({ id: 'SentimentSourceCounts' }),
};

/** How callers felt over a range. */
export const DISTRIBUTION = z.strictObject(FEELINGS).meta({ id: 'SentimentDistribution' });
/** How callers felt in one period. */
export const SENTIMENT_ROW = z.strictObject({ ...HEAD, ...FEELINGS }).meta({ id: 'SentimentRow' });

/** The headline numbers of a range. */
export const HEADLINE = z
  .strictObject({
    totalCalls: COUNT,
    answeredCalls: COUNT,
    answerRate: PERCENT,
    success: COUNT,
    failure: COUNT,
    successRate: PERCENT,
    measuredCalls: COUNT,
    totalDurationSeconds: SECONDS,
    averageDurationSeconds: SECONDS.nullable(),
    ...PERCENTILES,
    ...TOLD_COSTS,
    sentiment: z.strictObject({
      positive: COUNT,
      neutral: COUNT,
      negative: COUNT,
      mixed: COUNT,
      unknown: COUNT,
      averageScore: SCORE,
      percentages: SHARES,
    }),
  })
  .meta({ id: 'Headline' });

const change = z.number().nullable();
const changes = (shape: z.ZodObject): z.ZodObject =>
  z.strictObject(
    Object.fromEntries(
      Object.entries(shape.shape).map(([name, one]) => [
        name,
        one instanceof z.ZodObject ? changes(one) : change,
      ]),
    ),
  );
/** Headline numbers of one range less those of another; null where one of them is. */
export const HEADLINE_CHANGE = changes(HEADLINE).meta({ id: 'HeadlineChange' });

/** The range before, of the same length. */
export const PREVIOUS_TIMEFRAME = TIMEFRAME.pick({ from: true, to: true }).meta({ id: 'PreviousTimeframe' });

const RANKED = {
  kind: z.enum(['top', 'withoutKey', 'other', 'totals']),
  key: z.string().nullable(),
  value: z.number().nullable(),
};
/** One key of a dimension; which numbers stand beside its value depends on the metric. */
export const RANKED_ROW = z
  .union([
    z.strictObject({ ...RANKED, ...LENGTHS, ...TOLD_COSTS }).meta({ id: 'RankedDurations' }),
    z
      .strictObject({
        ...RANKED,
        ...GOALS,
        answered: COUNT,
        ...ENDED,
        connection,
        endedBy,
      })
      .meta({ id: 'RankedOutcomes' }),
    z.strictObject({ ...RANKED, ...FEELINGS }).meta({ id: 'RankedSentiment' }),
  ])
  .meta({ id: 'RankedRow', description: 'Its numbers are those of the view that the metric is read from' });
/** What keys are ranked by. */
export const METRIC = z.enum(METRICS);
