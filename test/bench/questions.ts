/** What is measured: the questions in their order, whom ours is held against, and what is aimed at. */

/** Number → question. `by` names who answers; null where nobody does yet. */
export const QUESTIONS = {
  B0: {
    what: 'the machine: a sync of 4 KB, an echo of node:http, a ping',
    aim: 'steal ≤ 5 %',
    by: 'calibrate',
  },
  B1: {
    what: 'webhooks a second until 200, majority and journal',
    aim: '≥ 85 % of the same without a store; ≥ 3 × Express with mongoose at 5 KB, ≥ 2 × at 30 KB',
    by: 'ingest',
  },
  B2: {
    what: 'the write path without HTTP',
    aim: '≥ 75 % of insertMany(1000), ≥ 10 × insertOne',
    by: 'ingest',
  },
  B3: {
    what: 'how long until 200 at half the rate, open loop',
    aim: 'p50 ≤ 1.5 × and p99 ≤ 4 × one idle durable insert',
    by: 'ingest',
  },
  B4: {
    what: 'a backlog taken in',
    aim: '≥ 35 % of a bare drain, ≥ 20 × $inc for each event',
    by: 'drain',
  },
  B5: {
    what: 'a backlog spread over 10,000 agents',
    aim: '≥ 60 % of the same final writes alone',
    by: 'drain',
  },
  B6: {
    what: 'from the answer to the commit, open loop',
    aim: 'p50 < 25 ms, p99 < 100 ms at 100/s; < 50 and < 200 ms at 1,000/s',
    by: 'freshness',
  },
  B7: {
    what: 'reads, warm and cold',
    aim: 'warm ≥ 90 % of node:http with the same bytes, headers too; cold p99 < 10 ms for a day, < 60 ms for a month of hours',
    by: 'api, reads',
  },
  B8: { what: '304 and gzip', aim: '≥ 5 × an ETag by middleware', by: 'reads, api' },
  B9: {
    what: 'pushes to a thousand clients',
    aim: '10 × fewer messages than one for each event',
    by: 'fanout',
  },
  B10: {
    what: 'kills in the middle of a backlog',
    aim: 'no difference from a recount',
    by: 'npm run prove',
  },
  B11: {
    what: 'cost where much is stored',
    aim: 'an event within 1.2 × from the least to the most',
    by: 'growth',
  },
} as const;

/** Number of a question. */
export type QuestionId = keyof typeof QUESTIONS;
