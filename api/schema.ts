/** The collections the api owns: their validators and indexes. `prepare-database` makes them, a start checks them. */
import type { CollectionSchema } from '../ops/process/schema.ts';

/** What a campaign's status may be; it records what the customer's dialler does. */
export const CAMPAIGN_STATUSES = ['draft', 'running', 'paused', 'completed', 'canceled'] as const;

/** A campaign as stored. `key` is what its calls name; `revision` rises with every change. */
export type StoredCampaign = {
  _id: string;
  key: string;
  name: string;
  status: (typeof CAMPAIGN_STATUSES)[number];
  revision: number;
  createdAt: Date;
  updatedAt: Date;
};

const integer = { bsonType: ['int', 'long', 'double'], multipleOf: 1 };
const date = { bsonType: 'date' };
const text = (maxLength: number) => ({ bsonType: 'string', minLength: 1, maxLength });

const campaigns: CollectionSchema = {
  name: 'campaigns',
  version: 1,
  validator: {
    bsonType: 'object',
    required: ['_id', 'key', 'name', 'status', 'revision', 'createdAt', 'updatedAt'],
    properties: {
      _id: text(100),
      key: text(200),
      name: text(200),
      status: { enum: [...CAMPAIGN_STATUSES] },
      revision: { ...integer, minimum: 1 },
      createdAt: date,
      updatedAt: date,
    },
  },
  indexes: [
    { name: 'key', key: { key: 1 }, unique: true },
    { name: 'status', key: { status: 1 } },
  ],
};

/** Of a key only the hash is kept. */
const apiKeys: CollectionSchema = {
  name: 'api_keys',
  version: 1,
  validator: {
    bsonType: 'object',
    required: ['_id', 'sha256', 'scopes', 'createdAt'],
    properties: {
      sha256: { bsonType: 'string', pattern: '^[0-9a-f]{64}$' },
      scopes: { bsonType: 'array', items: { enum: ['read', 'pii', 'campaigns', 'metrics', 'admin'] } },
      createdAt: date,
      revokedAt: { bsonType: ['date', 'null'] },
    },
  },
  indexes: [{ name: 'sha256', key: { sha256: 1 }, unique: true }],
};

/** All collections of the api. */
export const API_SCHEMA: readonly CollectionSchema[] = [campaigns, apiKeys];
