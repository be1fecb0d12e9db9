/** The collections ingest owns: their validators and indexes. `prepare-database` makes them, a start checks them. */
import type { CollectionSchema } from '../ops/process/schema.ts';
import { audioChunks, audioFiles, endpointProofs, endpointSettings } from './schema-beside.ts';
import { date, headers, integer, nonNegative, sha256, text } from './schema-words.ts';
import {
  CONNECTIONS,
  DIRECTIONS,
  ENDED_BY,
  SENTIMENT_SOURCES,
  SENTIMENTS,
  STATUSES,
  WITNESSES,
} from './facts.ts';

/** A refused request is kept a week: long enough to notice a wrong secret of our own. */
export const REJECTED_KEPT_SECONDS = 7 * 24 * 3_600;

/** A group as stored: the rank of its witness and its value. */
const stated = (value: object) => ({
  bsonType: 'object',
  required: ['rank', 'value'],
  properties: { rank: { ...nonNegative, maximum: 35 }, value },
  additionalProperties: false,
});
const fields = (properties: Record<string, object>, minProperties = 1) =>
  stated({ bsonType: 'object', minProperties, properties, additionalProperties: false });
/** Of these an erasure may leave nothing but who said it. */
const erasable = (properties: Record<string, object>) => fields(properties, 0);

const facts = {
  bsonType: 'object',
  required: ['witness', 'groups'],
  additionalProperties: false,
  properties: {
    witness: { enum: [...WITNESSES] },
    parentPartId: text(500),
    sequence: nonNegative,
    groups: {
      bsonType: 'object',
      additionalProperties: false,
      properties: {
        status: stated({ enum: [...STATUSES] }),
        startedAt: stated(date),
        answeredAt: stated(date),
        endedAt: stated(date),
        durationMs: stated(nonNegative),
        connection: stated({ enum: [...CONNECTIONS] }),
        ending: erasable({ endedBy: { enum: [...ENDED_BY] }, endReason: text(1_000) }),
        goal: fields({
          goal: { enum: ['success', 'failure'] },
          goalScore: { bsonType: ['int', 'double'], minimum: 0, maximum: 1 },
        }),
        sentiment: fields({
          sentiment: { enum: [...SENTIMENTS] },
          sentimentScore: { bsonType: ['int', 'double'], minimum: -1, maximum: 1 },
          sentimentSource: { enum: [...SENTIMENT_SOURCES] },
          sentimentVersion: text(200),
        }),
        cost: fields({ costCredits: nonNegative, costMicroUsd: nonNegative }),
        assignment: fields({
          agentId: text(200),
          agentName: text(200),
          campaignId: text(200),
          language: text(35),
        }),
        route: erasable({ direction: { enum: [...DIRECTIONS] }, fromNumber: text(200), toNumber: text(200) }),
        wording: erasable({ summary: text(4_000), title: text(500) }),
        givenUp: stated(date),
        erasure: fields({ keepCount: { bsonType: 'bool' } }),
      },
    },
  },
};

const envelope = {
  provider: text(40),
  endpoint: text(64),
  target: text(16_384),
  headers,
  bodySha256: sha256,
  body: { bsonType: 'binData' },
  receivedAt: date,
};

const events: CollectionSchema = {
  name: 'events',
  version: 3,
  validator: {
    bsonType: 'object',
    required: [
      ...['_id', 'provider', 'endpoint', 'type', 'partId', 'links', 'target', 'settingsVersion', 'eventAt'],
      ...['receivedAt', 'logAt', 'bodySha256', 'headers', 'verified', 'facts', 'factsVersion', 'flags'],
    ],
    additionalProperties: false,
    properties: {
      ...envelope,
      deliverySha256: sha256,
      bodyGone: {
        bsonType: 'object',
        required: ['at', 'why'],
        additionalProperties: false,
        properties: { at: date, why: { enum: ['retention', 'erasure'] } },
      },
      _id: { bsonType: 'binData' },
      type: text(200),
      partId: { bsonType: ['string', 'null'], maxLength: 500 },
      links: { bsonType: 'array', maxItems: 20, items: text(500) },
      settingsVersion: text(40),
      eventAt: date,
      logAt: { bsonType: 'timestamp' },
      verified: {
        bsonType: 'object',
        required: ['scheme', 'secretId', 'skewMs'],
        additionalProperties: false,
        properties: {
          scheme: text(40),
          secretId: text(40),
          skewMs: { bsonType: ['int', 'long', 'double', 'null'] },
        },
      },
      facts: { oneOf: [{ bsonType: 'null' }, facts] },
      factsVersion: { ...integer, minimum: 1 },
      flags: { bsonType: 'array', items: { enum: ['implausible', 'weak_key', 'variant', 'unknown_type'] } },
    },
  },
  indexes: [
    { name: 'logAt', key: { logAt: 1, _id: 1 } },
    { name: 'partId', key: { partId: 1, _id: 1 } },
    { name: 'links', key: { links: 1 }, partialFilterExpression: { 'links.0': { $exists: true } } },
    { name: 'startedAt', key: { 'facts.groups.startedAt.value': 1 } },
  ],
};

const quarantine: CollectionSchema = {
  name: 'quarantine',
  version: 1,
  validator: {
    bsonType: 'object',
    required: ['_id', 'reason', 'issues', ...Object.keys(envelope)],
    additionalProperties: false,
    properties: {
      ...envelope,
      _id: sha256,
      reason: { enum: ['unparsable', 'depth', 'shape', 'schema', 'id', 'stale', 'threw', 'unstorable'] },
      issues: { bsonType: 'array', items: text(200) },
    },
  },
  indexes: [{ name: 'receivedAt', key: { receivedAt: 1 } }],
};

const rejected: CollectionSchema = {
  name: 'rejected',
  version: 2,
  validator: {
    bsonType: 'object',
    required: ['_id', 'cause', 'proved', 'address', 'bodyBytes', 'keptBytes', ...Object.keys(envelope)],
    additionalProperties: false,
    properties: {
      ...envelope,
      _id: { bsonType: 'objectId' },
      cause: { enum: ['missing', 'malformed', 'wrong', 'stale'] },
      proved: { bsonType: 'bool' },
      address: text(64),
      bodyBytes: nonNegative,
      keptBytes: nonNegative,
      target: text(65_536),
    },
  },
  indexes: [
    { name: 'receivedAt', key: { receivedAt: 1 }, expireAfterSeconds: REJECTED_KEPT_SECONDS },
    { name: 'endpoint', key: { provider: 1, endpoint: 1, _id: -1 } },
    { name: 'ring', key: { provider: 1, endpoint: 1, proved: 1, address: 1, _id: -1, keptBytes: 1 } },
  ],
};

/** All collections of ingest. */
export const INGEST_SCHEMA: readonly CollectionSchema[] = [
  events,
  quarantine,
  rejected,
  endpointSettings,
  endpointProofs,
  audioFiles,
  audioChunks,
];
