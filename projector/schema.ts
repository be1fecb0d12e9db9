/** The collections the projector owns: their validators and indexes. `prepare-database` makes them, a start checks them. */
import type { CollectionSchema } from '../ops/process/schema.ts';
import { RUNNING_STATUSES } from './documents.ts';
import { TEXT_SCHEMA } from './text/schema.ts';
import { collectionIn } from './version.ts';
import { VIEW_COLLECTIONS } from './views/view.ts';

const integer = { bsonType: ['int', 'long', 'double'], multipleOf: 1 };
const nullableText = { bsonType: ['string', 'null'] };
const nullableDate = { bsonType: ['date', 'null'] };

/** Updates live a day: an event older than that and behind the checkpoint is in the views. */
export const UPDATES_KEPT_SECONDS = 24 * 3_600;

const call: CollectionSchema = {
  name: 'calls',
  version: 2,
  validator: {
    bsonType: 'object',
    required: ['_id', 'revision'],
    oneOf: [
      { required: ['mergedInto'], properties: { mergedInto: { bsonType: 'string' } } },
      {
        required: ['callId', 'aliases', 'providers', 'parts', 'connection', 'goal', 'startedAt', 'status'],
        properties: {
          callId: { bsonType: 'string' },
          aliases: { bsonType: 'array', minItems: 1, items: { bsonType: 'string' } },
          // None where only the system's own judgement was heard so far, which makes no sender of it.
          providers: { bsonType: 'array', items: { bsonType: 'string' } },
          parts: {
            bsonType: 'array',
            minItems: 1,
            items: { bsonType: 'object', required: ['id', 'groups'] },
          },
          connection: { bsonType: 'string' },
          goal: { enum: ['success', 'failure', 'unknown'] },
          status: { enum: ['queued', 'ringing', 'in_progress', 'ended', null] },
          startedAt: nullableDate,
          endedAt: nullableDate,
          agentId: nullableText,
          campaignId: nullableText,
        },
      },
    ],
    properties: { _id: { bsonType: 'string', maxLength: 500 }, revision: integer },
  },
  indexes: [
    {
      name: 'aliases',
      key: { aliases: 1 },
      unique: true,
      partialFilterExpression: { callId: { $exists: true } },
    },
    {
      name: 'startedAt',
      key: { startedAt: -1, _id: -1 },
      partialFilterExpression: { callId: { $exists: true } },
    },
    {
      name: 'active',
      key: { status: 1, startedAt: -1 },
      partialFilterExpression: { status: { $in: RUNNING_STATUSES } },
    },
    // For lists by agent or campaign, and for answers with two filters, which no view holds.
    {
      name: 'agent',
      key: { agentId: 1, startedAt: -1, _id: -1 },
      partialFilterExpression: { callId: { $exists: true } },
    },
    {
      name: 'campaign',
      key: { campaignId: 1, startedAt: -1, _id: -1 },
      partialFilterExpression: { callId: { $exists: true } },
    },
  ],
};

/** A count; only sums of scores may fall below 0, so that a cell taken back twice is refused by the server itself. */
const cell = { ...integer, minimum: 0 };
const cells = {
  properties: { scoreSum: integer },
  additionalProperties: { anyOf: [cell, { bsonType: 'object', additionalProperties: cell }] },
};

const view = (name: string): CollectionSchema => ({
  name,
  version: 1,
  validator: {
    bsonType: 'object',
    required: ['_id', 'revision'],
    properties: {
      _id: {
        bsonType: 'object',
        required: ['d', 'k', 'at'],
        properties: { d: { bsonType: 'string' }, k: nullableText, at: { bsonType: 'date' } },
        additionalProperties: false,
      },
      revision: integer,
      scoreSum: integer,
      q: {
        bsonType: 'object',
        additionalProperties: false,
        patternProperties: { '^[0-3]$': { bsonType: 'object', ...cells } },
      },
    },
    additionalProperties: cells.additionalProperties,
  },
  // By time: one hour of every slice, for the audit, or a range of all keys of a dimension, for top lists. A bucket's id
  // never changes, so counting does not touch it.
  indexes: [{ name: 'at', key: { '_id.at': 1, '_id.d': 1 } }],
});

const update: CollectionSchema = {
  name: 'updates',
  version: 1,
  validator: {
    bsonType: 'object',
    required: ['_id', 'at', 'events', 'buckets', 'calls', 'merged'],
    properties: {
      _id: { ...integer, minimum: 1 },
      at: { bsonType: 'date' },
      events: { bsonType: 'array' },
      buckets: { bsonType: 'array' },
      calls: { bsonType: 'array' },
      merged: { bsonType: 'array' },
    },
  },
  indexes: [
    { name: 'at', key: { at: 1 }, expireAfterSeconds: UPDATES_KEPT_SECONDS },
    { name: 'events', key: { events: 1 } },
  ],
};

const checkpoint: CollectionSchema = {
  name: 'checkpoints',
  version: 1,
  validator: {
    bsonType: 'object',
    required: ['_id', 'epoch', 'sequence', 'position', 'at'],
    properties: {
      epoch: { ...integer, minimum: 0 },
      sequence: { ...integer, minimum: 0 },
      position: { bsonType: ['object', 'null'] },
      at: { bsonType: 'date' },
    },
  },
  indexes: [],
};

const pointer: CollectionSchema = {
  name: 'pointers',
  version: 1,
  validator: {
    bsonType: 'object',
    required: ['_id', 'version', 'before', 'sequence', 'last', 'versions'],
    additionalProperties: false,
    properties: {
      _id: { enum: ['views'] },
      version: { ...integer, minimum: 1 },
      before: { bsonType: [...integer.bsonType, 'null'] },
      sequence: { ...integer, minimum: 0 },
      last: { ...integer, minimum: 1 },
      versions: {
        bsonType: 'array',
        minItems: 1,
        items: {
          bsonType: 'object',
          required: ['version', 'factsVersion', 'state', 'at'],
          additionalProperties: false,
          properties: {
            version: { ...integer, minimum: 1 },
            factsVersion: { ...integer, minimum: 0 },
            state: { enum: ['building', 'followed', 'given_up'] },
            at: { bsonType: 'date' },
            because: { bsonType: 'string' },
          },
        },
      },
    },
  },
  indexes: [],
};

const lease: CollectionSchema = {
  name: 'leases',
  version: 1,
  validator: {
    bsonType: 'object',
    required: ['_id', 'holder', 'epoch', 'expiresAt'],
    properties: {
      holder: { bsonType: 'string' },
      epoch: { ...integer, minimum: 0 },
      expiresAt: { bsonType: 'date' },
    },
  },
  indexes: [],
};

const parked: CollectionSchema = {
  name: 'parked',
  version: 2,
  validator: {
    bsonType: 'object',
    required: ['_id', 'sequence', 'parkedAt', 'error'],
    properties: {
      _id: { bsonType: 'binData' },
      parkedAt: { bsonType: 'date' },
      error: { bsonType: 'string' },
      tries: { ...integer, minimum: 1 },
    },
  },
  indexes: [],
};

/**
 * The collections of one version of calls and views.
 * @param version its number; that of the first are the plain ones
 */
export function schemaOfVersion(version: number): CollectionSchema[] {
  return [call, ...VIEW_COLLECTIONS.map(view)].map((schema) => ({
    ...schema,
    name: collectionIn(schema.name, version),
  }));
}

/** All collections of the projector. */
export const PROJECTOR_SCHEMA: readonly CollectionSchema[] = [
  call,
  ...VIEW_COLLECTIONS.map(view),
  update,
  checkpoint,
  pointer,
  lease,
  parked,
  ...TEXT_SCHEMA,
];
