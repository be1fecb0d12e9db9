/** Collections as a process lists them, made by `prepare-database` and checked at every start. */
import { MongoServerError, type Db, type Document } from 'mongodb';
import { createHash } from 'node:crypto';

/** One collection: the server-side validator (`$jsonSchema`) and its indexes. `version` rises when either changes. */
export type CollectionSchema = {
  name: string;
  version: number;
  validator: Document;
  indexes: readonly IndexSchema[];
};

/** One index, by name. */
export type IndexSchema = {
  name: string;
  key: Record<string, 1 | -1 | 'text'>;
  unique?: boolean;
  expireAfterSeconds?: number;
  partialFilterExpression?: Document;
  /** Of a text index: the language of its words, and the field in which a document may name another. */
  default_language?: string;
  language_override?: string;
};

type StoredVersion = { _id: string; version: number; hash: string };

/** The database is not prepared, or by another release; the message lists what is missing. */
export class SchemaError extends Error {
  readonly code = 'DATABASE_NOT_PREPARED';
}

const VERSIONS = 'schema_versions';
const NAMESPACE_EXISTS = 48;
/** How many collections are made at once: each waits for the server's disk and holds one of the pool's connections meanwhile. */
const AT_ONCE = 5;

/**
 * Makes collections, validators and indexes as listed. Doing it twice changes nothing.
 * @param db the database
 * @param list the collections
 */
export async function ensureSchema(db: Db, list: readonly CollectionSchema[]): Promise<void> {
  const present = new Set(
    (await db.listCollections({}, { nameOnly: true }).toArray()).map((one) => one.name),
  );
  for (let first = 0; first < list.length; first += AT_ONCE) {
    const group = list.slice(first, first + AT_ONCE);
    await Promise.all(group.map((schema) => ensureCollection(db, schema, present.has(schema.name))));
  }
}

async function ensureCollection(db: Db, schema: CollectionSchema, isPresent: boolean): Promise<void> {
  const validation = {
    validator: { $jsonSchema: schema.validator },
    validationLevel: 'strict',
    validationAction: 'error',
  };
  const isNew = !isPresent && (await create(db, schema.name, validation));
  if (!isNew) await db.command({ collMod: schema.name, ...validation });
  const collection = db.collection(schema.name);
  const indexes = isNew ? [] : await collection.indexes();
  const wanted = schema.indexes.filter((index) => {
    const held = indexes.find(({ name }) => name === index.name);
    return held === undefined || !sameIndex(held, index);
  });
  for (const { name } of wanted)
    if (indexes.some((index) => index.name === name)) await collection.dropIndex(name);
  // In one command: the server reads the collection once for all of them.
  if (wanted.length > 0) await collection.createIndexes(wanted.map((index) => ({ ...index })));
  await db
    .collection<StoredVersion>(VERSIONS)
    .updateOne(
      { _id: schema.name },
      { $set: { version: schema.version, hash: hashOf(schema) } },
      { upsert: true },
    );
}

/** False where it is there meanwhile: another prepares too, or a process that still runs has written to a dropped database. */
async function create(db: Db, name: string, validation: Document): Promise<boolean> {
  try {
    await db.createCollection(name, validation);
    return true;
  } catch (error) {
    if (error instanceof MongoServerError && error.code === NAMESPACE_EXISTS) return false;
    throw error;
  }
}

/**
 * Checks that everything listed is there and of this version; a start that finds otherwise stops.
 * @param db the database
 * @param list the collections a process needs
 * @throws SchemaError that lists what is missing or differs
 */
export async function checkSchema(db: Db, list: readonly CollectionSchema[]): Promise<void> {
  const versions = new Map(
    (await db.collection<StoredVersion>(VERSIONS).find().toArray()).map((one) => [one._id, one]),
  );
  const present = new Set(
    (await db.listCollections({}, { nameOnly: true }).toArray()).map((one) => one.name),
  );
  const faults: string[] = [];
  for (const schema of list) {
    const version = versions.get(schema.name);
    if (!present.has(schema.name) || version === undefined)
      faults.push(`collection ${schema.name} is missing`);
    else if (version.hash !== hashOf(schema))
      faults.push(`collection ${schema.name} is of version ${version.version}, not ${schema.version}`);
    else faults.push(...(await missingIndexes(db, schema)));
  }
  if (faults.length > 0) {
    throw new SchemaError(
      `the database is not prepared; run: npm run job -- prepare-database\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
  }
}

/**
 * Forgets a collection that was dropped.
 * @param db the database
 * @param name of the collection
 */
export async function forgetSchema(db: Db, name: string): Promise<void> {
  await db.collection<StoredVersion>(VERSIONS).deleteOne({ _id: name });
}

async function missingIndexes(db: Db, schema: CollectionSchema): Promise<string[]> {
  if (schema.indexes.length === 0) return [];
  const held = await db.collection(schema.name).indexes();
  const missing = schema.indexes.filter(
    (index) => !held.some((one) => one.name === index.name && sameIndex(one, index)),
  );
  return missing.map((index) => `index ${index.name} of ${schema.name} is missing`);
}

function sameIndex(held: Document, wanted: IndexSchema): boolean {
  // The server keeps the key of a text index in a form of its own; its name has to do.
  if (Object.values(wanted.key).includes('text')) return true;
  return (
    JSON.stringify(held.key) === JSON.stringify(wanted.key) &&
    Boolean(held.unique) === Boolean(wanted.unique) &&
    held.expireAfterSeconds === wanted.expireAfterSeconds &&
    JSON.stringify(held.partialFilterExpression) === JSON.stringify(wanted.partialFilterExpression)
  );
}

function hashOf({ validator, indexes }: CollectionSchema): string {
  return createHash('sha256').update(JSON.stringify({ validator, indexes })).digest('hex').slice(0, 16);
}
