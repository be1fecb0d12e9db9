/** The collections jobs own: their validators and indexes. `prepare-database` makes them, a start checks them. */
import type { CollectionSchema } from '../ops/process/schema.ts';
import { BUSINESS_ALERTS } from './alerts/fired.ts';

/** Audits are kept for three months: long enough to see when a drift began. */
const AUDITS_KEPT_SECONDS = 92 * 24 * 3_600;
/** An import that nobody went on with for a month starts over, which is safe. */
const IMPORTS_KEPT_SECONDS = 30 * 24 * 3_600;

const date = { bsonType: 'date' };
const nullableDate = { bsonType: ['date', 'null'] };
const count = { bsonType: ['int', 'long', 'double'], multipleOf: 1, minimum: 0 };

const jobs: CollectionSchema = {
  name: 'jobs',
  version: 2,
  validator: {
    bsonType: 'object',
    required: ['_id', 'holder', 'expiresAt', 'runs', 'failures', 'skips'],
    additionalProperties: false,
    properties: {
      _id: { bsonType: 'string', maxLength: 100 },
      holder: { bsonType: 'string' },
      expiresAt: date,
      lastStartedAt: nullableDate,
      lastEndedAt: nullableDate,
      lastSuccessAt: nullableDate,
      lastError: { bsonType: ['string', 'null'], maxLength: 2_000 },
      lastReport: { bsonType: ['string', 'null'], maxLength: 2_000 },
      runs: count,
      failures: count,
      skips: count,
    },
  },
  indexes: [],
};

const audits: CollectionSchema = {
  name: 'audits',
  version: 2,
  validator: {
    bsonType: 'object',
    required: ['at', 'hours', 'buckets', 'drift', 'differences'],
    additionalProperties: false,
    properties: {
      _id: { bsonType: 'objectId' },
      at: date,
      hours: {
        bsonType: 'array',
        items: {
          bsonType: 'object',
          required: ['at', 'sequence', 'buckets'],
          properties: { at: date, sequence: count, buckets: count },
        },
      },
      buckets: count,
      drift: count,
      differences: { bsonType: 'array', maxItems: 100, items: { bsonType: 'object' } },
      actsHead: {
        bsonType: 'object',
        required: ['number', 'sha256'],
        properties: { number: count, sha256: { bsonType: 'string' } },
      },
    },
  },
  indexes: [{ name: 'at', key: { at: -1 }, expireAfterSeconds: AUDITS_KEPT_SECONDS }],
};

const imports: CollectionSchema = {
  name: 'imports',
  version: 1,
  validator: {
    bsonType: 'object',
    required: ['_id', 'file', 'bytes', 'lines', 'stored', 'known', 'failed', 'at'],
    additionalProperties: false,
    properties: {
      _id: { bsonType: 'string', pattern: '^[0-9a-f]{64}$' },
      file: { bsonType: 'string', maxLength: 200 },
      bytes: count,
      lines: count,
      stored: count,
      known: count,
      failed: count,
      at: date,
    },
  },
  indexes: [{ name: 'at', key: { at: 1 }, expireAfterSeconds: IMPORTS_KEPT_SECONDS }],
};

const retentions: CollectionSchema = {
  name: 'retentions',
  version: 1,
  validator: {
    bsonType: 'object',
    required: ['_id', 'upTo', 'removed', 'at'],
    additionalProperties: false,
    properties: {
      _id: { enum: ['bodies', 'transcripts', 'audio', 'orphans'] },
      upTo: { bsonType: ['timestamp', 'null'] },
      removed: count,
      at: date,
    },
  },
  indexes: [],
};

const counts = {
  bsonType: ['object', 'null'],
  additionalProperties: false,
  properties: Object.fromEntries(
    ['events', 'transcripts', 'recordings', 'audio', 'unread', 'countedCalls'].map((name) => [name, count]),
  ),
};

/** Kept for ever: the proof that something was erased, and the list of what still has to be kept out. */
const erasures: CollectionSchema = {
  name: 'erasures',
  version: 1,
  validator: {
    bsonType: 'object',
    required: ['_id', 'aliases', 'keepCount', 'state', 'askedAt', 'before', 'later'],
    additionalProperties: false,
    properties: {
      _id: { bsonType: 'string', maxLength: 500 },
      aliases: { bsonType: 'array', minItems: 1, items: { bsonType: 'string', maxLength: 500 } },
      keepCount: { bsonType: 'bool' },
      state: { enum: ['asked', 'done'] },
      askedAt: date,
      doneAt: nullableDate,
      event: { bsonType: ['binData', 'null'] },
      needles: { bsonType: 'array', maxItems: 1_000, items: { bsonType: 'string', maxLength: 200 } },
      before: counts,
      after: counts,
      search: { bsonType: ['object', 'null'] },
      sweptAt: nullableDate,
      later: count,
    },
  },
  indexes: [{ name: 'aliases', key: { aliases: 1 } }],
};

/** All collections of jobs. */
export const JOBS_SCHEMA: readonly CollectionSchema[] = [
  ...[jobs, audits, imports, retentions, erasures],
  BUSINESS_ALERTS,
];
