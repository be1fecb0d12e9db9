/** The collections of the text tail: their validators and indexes, part of the projector's list. */
import type { CollectionSchema } from '../../ops/process/schema.ts';

const nullableText = { bsonType: ['string', 'null'] };
const nullableDate = { bsonType: ['date', 'null'] };
const nullableNumber = { bsonType: ['int', 'long', 'double', 'null'] };

/** What every document of speech has of its source, and how it is found from a call: by part and by link. */
const source = {
  _id: { bsonType: 'string', maxLength: 500 },
  partId: { bsonType: 'string' },
  links: { bsonType: 'array', items: { bsonType: 'string' } },
  provider: { bsonType: 'string' },
  endpoint: { bsonType: 'string' },
  eventAt: { bsonType: 'date' },
  receivedAt: { bsonType: 'date' },
  by: { bsonType: 'string' },
};
const ofCall: CollectionSchema['indexes'] = [
  { name: 'partId', key: { partId: 1 } },
  { name: 'links', key: { links: 1 } },
];

const transcript: CollectionSchema = {
  name: 'transcripts',
  version: 2,
  validator: {
    bsonType: 'object',
    required: [...Object.keys(source), 'language', 'turns'],
    properties: {
      ...source,
      language: nullableText,
      turns: {
        bsonType: 'array',
        minItems: 1,
        items: {
          bsonType: 'object',
          required: ['speaker', 'text', 'atSeconds'],
          properties: {
            speaker: { enum: ['caller', 'agent', 'unknown'] },
            text: { bsonType: 'string' },
            atSeconds: nullableNumber,
          },
        },
      },
    },
  },
  indexes: [
    ...ofCall,
    { name: 'receivedAt', key: { receivedAt: 1 } },
    {
      name: 'text',
      key: { 'turns.text': 'text' },
      default_language: 'none',
      // Else the server would take our field `language` for its own, and refuse a document in one it does not know.
      language_override: 'searchLanguage',
    },
  ],
};

const recording: CollectionSchema = {
  name: 'recordings',
  version: 2,
  validator: {
    bsonType: 'object',
    required: [
      ...Object.keys(source),
      'state',
      'durationMs',
      'channels',
      'startedAt',
      'origin',
      'url',
      'audio',
    ],
    properties: {
      ...source,
      state: { enum: ['in_progress', 'completed', 'absent'] },
      durationMs: nullableNumber,
      channels: nullableNumber,
      startedAt: nullableDate,
      origin: nullableText,
      url: nullableText,
      audio: { bsonType: ['object', 'null'] },
    },
  },
  indexes: [
    ...ofCall,
    // By which an erasure sees that another call has the same sound.
    {
      name: 'sha256',
      key: { 'audio.sha256': 1 },
      partialFilterExpression: { 'audio.sha256': { $exists: true } },
    },
  ],
};

/** All collections of the text tail. */
export const TEXT_SCHEMA: readonly CollectionSchema[] = [transcript, recording];
