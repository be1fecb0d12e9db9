/** A database of its own on the test replica set, prepared as for production, with everything freed at the end of a test. */
import { randomUUID } from 'node:crypto';
import { MongoClient, type Db } from 'mongodb';
import { ensureSchema } from '../../ops/process/schema.ts';
import { INGEST_SCHEMA } from '../../ingest/schema.ts';
import { PROJECTOR_SCHEMA } from '../../projector/schema.ts';
import { API_SCHEMA } from '../../api/schema.ts';
import { JOBS_SCHEMA } from '../../jobs/schema.ts';

/** A prepared database; disposing it drops it. */
export type World = {
  client: MongoClient;
  db: Db;
  uri: string;
  database: string;
  [Symbol.asyncDispose](): Promise<void>;
};

/**
 * The address of the replica set that the test run started.
 * @returns its URI
 * @throws when there is none: a suite without a server fails, it does not skip
 */
export function testUri(): string {
  const uri = process.env.CALLVIEWS_TEST_MONGODB_URI;
  if (uri === undefined) throw new Error('no test replica set: run through `npm test`, which starts one');
  return uri;
}

/**
 * Opens a fresh database with every collection, validator and index of the product.
 * @param uri the replica set; that of the test run when left out
 * @returns the world; take it with `await using`
 */
export async function openWorld(uri = testUri()): Promise<World> {
  const database = `test_${randomUUID().slice(0, 8)}`;
  // The client's own name lets a fail point meet this test alone.
  const options = {
    ...{ appName: database, ignoreUndefined: true, serverSelectionTimeoutMS: 5_000 },
    // A server that was taken for gone is looked at again after this; the default of 10 s is a wait in many a test.
    heartbeatFrequencyMS: 500,
  };
  const client = await new MongoClient(uri, options).connect();
  const db = client.db(database);
  await ensureSchema(db, [...INGEST_SCHEMA, ...PROJECTOR_SCHEMA, ...API_SCHEMA, ...JOBS_SCHEMA]);
  return {
    client,
    db,
    uri,
    database,
    async [Symbol.asyncDispose]() {
      // Of one node: nobody waits for the majority to have thrown it away.
      await db.command({ dropDatabase: 1, writeConcern: { w: 1 } });
      await client.close();
    },
  };
}

/**
 * Empties a world for the next test of its file, where nothing runs on it: much quicker than making another.
 * @param world whose collections lose all their documents, and nothing else
 */
export async function emptyWorld({ db }: World): Promise<void> {
  const held = await db.listCollections({ type: 'collection' }, { nameOnly: true }).toArray();
  const names = held.map(({ name }) => name).filter((name) => name !== 'schema_versions');
  await Promise.all(names.map((name) => db.collection(name).deleteMany({})));
}
