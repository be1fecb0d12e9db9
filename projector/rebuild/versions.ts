/** The life of a version: begun, joined to the one in use, brought into use, taken back, dropped. */
import type { Db } from 'mongodb';
import { ensureSchema, forgetSchema } from '../../ops/process/schema.ts';
import type { CollectionSchema } from '../../ops/process/schema.ts';
import { schemaOfVersion } from '../schema.ts';
import { collectionIn, readPointer, VERSIONED, type Pointer, type Version } from '../version.ts';
import { rebuildStep as step } from './steps.ts';
import { RebuildRefused, takeTurn, type Place } from './turn.ts';

/**
 * Begins a version: what an earlier rebuild left unfinished is forgotten, a number that no version ever had is given out.
 * @param place where
 * @param factsVersion facts below it are read from the bodies again
 * @returns the version's number and the sequence after which it is nobody's but the builder's
 */
export async function beginVersion(
  place: Place,
  factsVersion: number,
): Promise<{ version: number; sequence: number }> {
  const begun = { version: 0, sequence: 0 };
  await takeTurn(place, async ({ pointer, sequence, last }) => {
    const kept = pointer.versions.filter(({ state }) => state === 'followed');
    const spare = kept.find(({ version }) => version !== pointer.version);
    if (spare !== undefined)
      throw new RebuildRefused(`version ${spare.version} is still followed: flip to it or drop it first`);
    Object.assign(begun, { version: pointer.last + 1, sequence });
    const fresh: Version = { version: begun.version, factsVersion, state: 'building', at: last.at };
    const next = { before: null, last: begun.version, versions: [...kept, fresh] };
    return Promise.resolve({ pointer: { ...pointer, ...next } });
  });
  await sweep(place.db);
  // Only the index that joins calls; the others are made when the calls are there, which is quicker.
  await ensureSchema(place.db, schemaOfVersion(begun.version).map(bare));
  step('version_begun');
  return begun;
}

/**
 * Makes a version the one that readers see. The other stays followed, so that one can go back.
 * @param place where
 * @param version its number; null for the one that was in use before
 * @returns the pointer after it
 * @throws RebuildRefused where that version is not followed
 */
export async function flipTo(place: Place, version: number | null): Promise<Pointer> {
  let found: Pointer | undefined;
  await takeTurn(place, ({ pointer, sequence }) => {
    const target = version ?? pointer.before;
    found = pointer;
    if (target === null) throw new RebuildRefused('there is no version to go back to');
    if (pointer.version === target) return Promise.resolve(null);
    const entry = pointer.versions.find((one) => one.version === target);
    if (entry?.state !== 'followed')
      throw new RebuildRefused(`version ${target} is ${entry?.state ?? 'unknown'}, not followed`);
    found = { ...pointer, version: target, before: pointer.version, sequence };
    return Promise.resolve({ pointer: found, all: true });
  });
  if (found === undefined) throw new Error('a turn was not taken');
  step('flipped');
  return found;
}

/**
 * Drops versions, for good: the projector writes them no longer, then their collections go. Never the one in use.
 * @param place where
 * @param version its number; left out, all but the one in use
 * @returns the numbers of those dropped
 */
export async function dropVersions(place: Place, version?: number): Promise<number[]> {
  let dropped: number[] = [];
  await takeTurn(place, ({ pointer }) => {
    if (version === pointer.version) throw new RebuildRefused(`version ${version} is in use`);
    const goes = (one: Version): boolean =>
      one.version !== pointer.version && (version === undefined || one.version === version);
    dropped = pointer.versions.filter(goes).map((one) => one.version);
    if (dropped.length === 0) return Promise.resolve(null);
    const before = dropped.includes(pointer.before ?? 0) ? null : pointer.before;
    const versions = pointer.versions.filter((one) => !goes(one));
    return Promise.resolve({ pointer: { ...pointer, before, versions } });
  });
  await sweep(place.db);
  return dropped;
}

/**
 * Drops every collection of a version that the pointer does not name. The collections are listed first and the pointer read
 * then: a version is in the pointer before it has a collection.
 * @param db the database
 */
export async function sweep(db: Db): Promise<void> {
  const listed = await db.listCollections({}, { nameOnly: true }).toArray();
  const { versions } = await readPointer(db.collection('pointers'));
  const isKept = (version: number): boolean => versions.some((one) => one.version === version);
  for (const { name } of listed) {
    const [, plain = '', digits] = /^(.+)_v(\d+)$/.exec(name) ?? [];
    if (!VERSIONED.includes(plain) || isKept(Number(digits))) continue;
    await db.dropCollection(name);
    await forgetSchema(db, name);
  }
  // The plain names stay, empty: every start looks for them.
  if (!isKept(1)) await emptyFirst(db);
}

async function emptyFirst(db: Db): Promise<void> {
  for (const schema of schemaOfVersion(1)) {
    const name = collectionIn(schema.name, 1);
    if ((await db.collection(name).estimatedDocumentCount()) === 0) continue;
    await db.dropCollection(name);
    await ensureSchema(db, [schema]);
  }
}

function bare(schema: CollectionSchema): CollectionSchema {
  return { ...schema, indexes: schema.indexes.filter(({ unique }) => unique === true) };
}
