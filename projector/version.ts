/** Versions of calls and views: which collections one is kept in, which one readers see, and which ones the projector writes. */
import type { ClientSession, Collection } from 'mongodb';
import { VIEW_COLLECTIONS } from './views/view.ts';

/**
 * One version. Events whose facts are older than `factsVersion` are read from their bodies again; 0 takes all facts as stored.
 * - `building`: a rebuild is at it, nobody else reads or writes it
 * - `followed`: written in the very transaction of the version in use, so that both are true at every sequence
 * - `given_up`: an event could not be written to it; `because` says why, and it can only be dropped
 */
export type Version = {
  version: number;
  factsVersion: number;
  state: 'building' | 'followed' | 'given_up';
  at: Date;
  because?: string;
};

/**
 * The one document of `pointers`. Whoever changes it moves the checkpoint of the views in the same transaction, so no commit
 * of the projector can fall between. `sequence` is that of the flip to the version in use, 0 before any; `before` the version
 * that was in use before it; `last` the highest number ever given, since none is given twice.
 */
export type Pointer = {
  _id: 'views';
  version: number;
  before: number | null;
  sequence: number;
  last: number;
  versions: Version[];
};

/** What holds while nothing was ever rebuilt and the document is absent. */
export const FIRST_POINTER: Pointer = {
  _id: 'views',
  version: 1,
  before: null,
  sequence: 0,
  last: 1,
  versions: [{ version: 1, factsVersion: 0, state: 'followed', at: new Date(0) }],
};

/** The collections that each version has its own of. */
export const VERSIONED: readonly string[] = ['calls', ...VIEW_COLLECTIONS];
const VERSIONED_NAMES: ReadonlySet<string> = new Set(VERSIONED);

/**
 * What a collection is called in a version.
 * @param name such as `calls` or `duration_hourly`; any other collection is one for all versions
 * @param version number of the version
 * @returns the plain name in the first version, `calls_v2` and the like in later ones
 */
export function collectionIn(name: string, version: number): string {
  return version === 1 || !VERSIONED_NAMES.has(name) ? name : `${name}_v${version}`;
}

/**
 * Reads the pointer.
 * @param pointers the collection
 * @param session of the open transaction or snapshot that it is read in; left out, as the majority has it
 */
export async function readPointer(pointers: Collection<Pointer>, session?: ClientSession): Promise<Pointer> {
  const options = session === undefined ? { readConcern: { level: 'majority' as const } } : { session };
  return (await pointers.findOne({ _id: 'views' }, options)) ?? FIRST_POINTER;
}

/**
 * The versions that a commit writes.
 * @param pointer as read in the commit's transaction
 * @returns the version in use first
 */
export function versionsFollowed({ version, versions }: Pointer): Version[] {
  const followed = versions.filter(({ state }) => state === 'followed');
  return followed.sort((a, b) => Number(b.version === version) - Number(a.version === version));
}
