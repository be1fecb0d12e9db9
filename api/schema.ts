/** The collections the api owns: their validators and indexes. `prepare-database` makes them, a start checks them. */
import type { ObjectId } from 'mongodb';
import type { CollectionSchema } from '../ops/process/schema.ts';
import { SCOPES, type Scope } from './scopes.ts';

/** What a campaign's status may be; it records what the customer's dialler does. */
export const CAMPAIGN_STATUSES = [
  'draft',
  'scheduled',
  'running',
  'paused',
  'completed',
  'canceled',
] as const;

/**
 * A campaign as stored. `key` is what its calls name; `revision` rises with every change. `targetSet` names the set
 * of its target numbers, null where there are none; `targets` is how many they are.
 */
export type StoredCampaign = {
  _id: string;
  key: string;
  name: string;
  status: (typeof CAMPAIGN_STATUSES)[number];
  revision: number;
  agentId: string | null;
  provider: string | null;
  scheduledAt: Date | null;
  goals: string[];
  targets: number;
  targetSet: string | null;
  createdAt: Date;
  updatedAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
};

/** One number that a campaign is to call; of several sets that of the campaign's `targetSet` counts. */
export type StoredTarget = { _id: ObjectId; campaignId: string; set: string; number: string };

const integer = { bsonType: ['int', 'long', 'double'], multipleOf: 1 };
const date = { bsonType: 'date' };
const nullableDate = { bsonType: ['date', 'null'] };
const text = (maxLength: number) => ({ bsonType: 'string', minLength: 1, maxLength });

const campaigns: CollectionSchema = {
  name: 'campaigns',
  version: 2,
  validator: {
    bsonType: 'object',
    required: [
      ...['_id', 'key', 'name', 'status', 'revision', 'agentId', 'provider', 'scheduledAt', 'goals'],
      ...['targets', 'targetSet', 'createdAt', 'updatedAt', 'startedAt', 'endedAt'],
    ],
    additionalProperties: false,
    properties: {
      _id: text(100),
      key: text(200),
      name: text(200),
      status: { enum: [...CAMPAIGN_STATUSES] },
      revision: { ...integer, minimum: 1 },
      agentId: { bsonType: ['string', 'null'], maxLength: 500 },
      provider: { bsonType: ['string', 'null'], maxLength: 100 },
      scheduledAt: nullableDate,
      goals: { bsonType: 'array', maxItems: 20, items: text(200) },
      targets: { ...integer, minimum: 0 },
      targetSet: { bsonType: ['string', 'null'] },
      createdAt: date,
      updatedAt: date,
      startedAt: nullableDate,
      endedAt: nullableDate,
    },
  },
  indexes: [
    { name: 'key', key: { key: 1 }, unique: true },
    { name: 'status', key: { status: 1 } },
  ],
};

const targets: CollectionSchema = {
  name: 'campaign_targets',
  version: 1,
  validator: {
    bsonType: 'object',
    required: ['_id', 'campaignId', 'set', 'number'],
    additionalProperties: false,
    properties: {
      _id: { bsonType: 'objectId' },
      campaignId: text(100),
      set: text(24),
      number: { bsonType: 'string', pattern: '^[+][1-9][0-9]{7,14}$' },
    },
  },
  indexes: [{ name: 'number', key: { campaignId: 1, set: 1, number: 1 }, unique: true }],
};

/** A key as stored: of the key itself only its SHA-256 in hex. */
export type StoredApiKey = {
  _id: ObjectId;
  sha256: string;
  name: string;
  scopes: Scope[];
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
};

const apiKeys: CollectionSchema = {
  name: 'api_keys',
  version: 2,
  validator: {
    bsonType: 'object',
    required: ['_id', 'sha256', 'name', 'scopes', 'createdAt', 'expiresAt', 'revokedAt', 'lastUsedAt'],
    additionalProperties: false,
    properties: {
      _id: { bsonType: 'objectId' },
      sha256: { bsonType: 'string', pattern: '^[0-9a-f]{64}$' },
      name: text(200),
      scopes: { bsonType: 'array', minItems: 1, uniqueItems: true, items: { enum: [...SCOPES] } },
      createdAt: date,
      expiresAt: nullableDate,
      revokedAt: nullableDate,
      lastUsedAt: nullableDate,
    },
  },
  indexes: [{ name: 'sha256', key: { sha256: 1 }, unique: true }],
};

/** What is written down in `audit_log`. */
export const ACTS = [
  'read_transcript',
  'search_transcripts',
  'read_recording',
  'play_recording',
  'read_bodies',
  'export',
  'campaign',
  'key_created',
  'key_revoked',
  'erasure',
  'rebuild',
  'retention',
  'quarantine',
  'parked',
  'rejected',
] as const;

/** An act as stored; written once, never changed. `_id` counts up from 1, `before` is the SHA-256 of the act before it, in hex. */
export type StoredAct = {
  _id: number;
  at: Date;
  keyId: string | null;
  address: string;
  act: (typeof ACTS)[number];
  subject: string;
  details: Record<string, string | number>;
  before: string;
};

const auditLog: CollectionSchema = {
  name: 'audit_log',
  version: 2,
  validator: {
    bsonType: 'object',
    required: ['_id', 'at', 'keyId', 'address', 'act', 'subject', 'details', 'before'],
    additionalProperties: false,
    properties: {
      _id: { ...integer, minimum: 1 },
      at: date,
      keyId: { bsonType: ['string', 'null'] },
      address: { bsonType: 'string', maxLength: 100 },
      act: { enum: [...ACTS] },
      subject: { bsonType: 'string', maxLength: 500 },
      details: { bsonType: 'object' },
      before: { bsonType: 'string', pattern: '^[0-9a-f]{64}$' },
    },
  },
  indexes: [
    { name: 'at', key: { at: -1 } },
    { name: 'keyId', key: { keyId: 1, at: -1 } },
  ],
};

/** All collections of the api. */
export const API_SCHEMA: readonly CollectionSchema[] = [campaigns, targets, apiKeys, auditLog];
