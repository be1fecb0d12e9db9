/** The collections beside the log: what endpoints are set to and proved by, and the recordings. */
import type { CollectionSchema } from '../ops/process/schema.ts';
import { AUDIO_BUCKET } from './audio.ts';
import { date, nonNegative, sha256, text } from './schema-words.ts';

/** Every version of the endpoints' interpretation settings. */
export const endpointSettings: CollectionSchema = {
  name: 'endpoint_settings',
  version: 1,
  validator: {
    bsonType: 'object',
    required: ['_id', 'settings', 'keptAt'],
    additionalProperties: false,
    properties: { _id: text(40), settings: text(1_048_576), keptAt: date },
  },
  indexes: [],
};

/** Which secrets of an endpoint have made a right signature. */
export const endpointProofs: CollectionSchema = {
  name: 'endpoint_proofs',
  version: 1,
  validator: {
    bsonType: 'object',
    required: ['_id', 'secretIds', 'provedAt'],
    additionalProperties: false,
    properties: { _id: text(120), secretIds: text(4_096), provedAt: date },
  },
  indexes: [],
};

/** The two collections of a GridFS bucket; `filename` is the SHA-256 of the recording. */
export const audioFiles: CollectionSchema = {
  name: `${AUDIO_BUCKET}.files`,
  version: 1,
  validator: {
    bsonType: 'object',
    required: ['_id', 'length', 'chunkSize', 'uploadDate', 'filename'],
    properties: { _id: { bsonType: 'objectId' }, length: nonNegative, uploadDate: date, filename: sha256 },
  },
  indexes: [{ name: 'filename_1_uploadDate_1', key: { filename: 1, uploadDate: 1 } }],
};
/** See {@link audioFiles}. */
export const audioChunks: CollectionSchema = {
  name: `${AUDIO_BUCKET}.chunks`,
  version: 1,
  validator: {
    bsonType: 'object',
    required: ['_id', 'files_id', 'n', 'data'],
    properties: { files_id: { bsonType: 'objectId' }, n: nonNegative, data: { bsonType: 'binData' } },
  },
  indexes: [{ name: 'files_id_1_n_1', key: { files_id: 1, n: 1 }, unique: true }],
};
