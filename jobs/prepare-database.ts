/** `npm run job -- prepare-database`: makes every collection, validator and index that any process lists. Twice changes nothing. */
import { API_SCHEMA } from '../api/schema.ts';
import { INGEST_SCHEMA } from '../ingest/schema.ts';
import { ensureSchema } from '../ops/process/schema.ts';
import { readPointer } from '../projector/contract.ts';
import { PROJECTOR_SCHEMA, schemaOfVersion } from '../projector/schema.ts';
import type { Job } from './job.ts';
import { JOBS_SCHEMA } from './schema.ts';

const ALL = [...INGEST_SCHEMA, ...PROJECTOR_SCHEMA, ...API_SCHEMA, ...JOBS_SCHEMA];

/** The job; run before the first start and after each upgrade. */
export const prepareDatabase: Job = {
  name: 'prepare-database',
  summary: 'make all collections, validators and indexes; run before the first start and after each upgrade',
  preparesDatabase: true,
  async run({ db, print }) {
    await ensureSchema(db, ALL);
    const { versions } = await readPointer(db.collection('pointers'));
    const later = versions.filter(({ version, state }) => version > 1 && state !== 'building');
    for (const { version } of later) await ensureSchema(db, schemaOfVersion(version));
    const indexes = ALL.reduce((sum, schema) => sum + schema.indexes.length, 0);
    print(`${ALL.length} collections with ${indexes} indexes are in place in ${db.databaseName}`);
    return 'done';
  },
};
