/** What `prepare-database` makes, asked of the server: validators that refuse, and the very indexes that the table documents. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Document } from 'mongodb';
import { readFileSync } from 'node:fs';
import { API_SCHEMA } from '../../api/schema.ts';
import { INGEST_SCHEMA } from '../../ingest/schema.ts';
import { JOBS_SCHEMA } from '../../jobs/schema.ts';
import { checkSchema, ensureSchema } from '../../ops/process/schema.ts';
import { PROJECTOR_SCHEMA } from '../../projector/schema.ts';
import { openWorld, type World } from '../support/world.ts';

const ALL = [...INGEST_SCHEMA, ...PROJECTOR_SCHEMA, ...API_SCHEMA, ...JOBS_SCHEMA];
const NAMES = ALL.map((schema) => schema.name);

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

/** The table of `ops/collections.md`: collection → its indexes as written there. */
function documented(): Record<string, string[]> {
  const rows = readFileSync('ops/collections.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  return Object.fromEntries(
    rows.map((row) => {
      const cells = row.split('|').map((cell) => cell.trim());
      const indexes = [...(cells[4] ?? '').replaceAll('\\_', '_').matchAll(/`([^`]+)` \(([^)]+)\)/g)];
      return [
        (cells[1] ?? '').replaceAll('`', ''),
        indexes.map(([, name, what]) => `${name ?? ''} (${what ?? ''})`).sort(),
      ];
    }),
  );
}

function described(index: Document): string {
  // The server keeps the fields of a text index as weights, and its key in a form of its own.
  const words = Object.keys((index.weights ?? {}) as object);
  const fields = Object.entries(index.key as Record<string, unknown>)
    .filter(([, order]) => typeof order === 'number' && words.length === 0)
    .map(([field, order]) => (order === -1 ? `${field} descending` : field))
    .concat(words.map((field) => `${field} as words`));
  const seconds: unknown = index.expireAfterSeconds;
  const extras = [
    ...(index.unique === true ? ['unique'] : []),
    ...(index.partialFilterExpression === undefined ? [] : ['partial']),
    ...(typeof seconds === 'number' ? [`kept ${seconds / 86_400} days`] : []),
  ];
  return `${String(index.name)} (${[...fields, ...extras].join(', ')})`;
}

test('the indexes on the server are the documented ones, no more and no less', async () => {
  const held: Record<string, string[]> = {};
  for (const name of NAMES) {
    const indexes = await world.db.collection(name).indexes();
    held[name] = indexes
      .filter((index) => index.name !== '_id_')
      .map(described)
      .sort();
  }
  expect(held).toEqual(documented());
});

describe('the server refuses a document of another shape', () => {
  test.each(NAMES)('in %s', async (name) => {
    const strange = { _id: { nonsense: true }, strange: 'document' };
    const collection = world.db.collection<{ _id: object }>(name);
    await expect(collection.insertOne(strange)).rejects.toMatchObject({ code: 121 });
  });

  test.each([
    ['a count below zero', { calls: -1 }],
    ['half a call', { calls: 0.5 }],
    ['a negative cell', { goal: { success: -1 } }],
    ['a cell of text', { goal: { success: 'one' } }],
    ['a negative quarter', { q: { 2: { goal: { success: -1 } } } }],
    ['a fifth quarter', { q: { 4: { calls: 1 } } }],
  ])('in a view that holds %s', async (_what, fields) => {
    const _id = { d: 'all', k: null, at: new Date(0) };
    const bucket = { _id, revision: 1, ...fields };
    const buckets = world.db.collection<{ _id: object }>('outcome_hourly');
    await expect(buckets.insertOne(bucket)).rejects.toMatchObject({ code: 121 });
  });

  test('but takes a sum of scores below zero', async () => {
    const bucket = { _id: { d: 'all', k: null, at: new Date(1) }, revision: 1, calls: 1, scoreSum: -5_000 };
    const whole = { ...bucket, q: { 0: { calls: 1, scoreSum: -5_000, label: { negative: 1 } } } };
    await world.db.collection<{ _id: object }>('sentiment_hourly').insertOne(whole);
  });
});

test('preparing twice changes nothing, and a start finds all it asks for', async () => {
  const before = await world.db.listCollections().toArray();
  await ensureSchema(world.db, ALL);
  expect(await world.db.listCollections().toArray()).toEqual(before);
  await expect(checkSchema(world.db, ALL)).resolves.toBeUndefined();
});

test('a start without an index, or on the collection of another release, says which and how to mend it', async () => {
  await using other = await openWorld();
  await other.db.collection('calls').dropIndex('startedAt');
  await other.db.collection('audits').drop();
  const versions = other.db.collection<{ _id: string; hash: string }>('schema_versions');
  await versions.updateOne({ _id: 'events' }, { $set: { hash: 'of another release' } });
  const failure = await checkSchema(other.db, ALL).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    code: 'DATABASE_NOT_PREPARED',
    message: expect.stringMatching(
      /npm run job -- prepare-database\n.*events is of version[^]*index startedAt of calls is missing[^]*audits is missing/,
    ),
  });
});
