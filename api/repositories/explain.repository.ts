/** Opens one bucket of a view: the calls in it, what each adds, and the events that each was made of. */
import type { Db } from 'mongodb';
import {
  contributionOf,
  flatCells,
  WINDOWS,
  type Call,
  type NestedCells,
  type StoredCall,
} from '../../projector/contract.ts';
import { count, shownCells } from '../cells.ts';
import { disagreementsOf, type Disagreement } from '../disagreements.ts';
import { isCall, wellFormed } from '../malformed.ts';
import { Refusal } from '../refusal.ts';
import { pageOf, type CallCursor } from './call-list.ts';
import { callsCounted } from './counted-calls.ts';
import { eventsOf, inTime, type ShownEvent } from './event.repository.ts';
import { atOneMoment, type Moment, type Snapshot } from './snapshot.ts';
import { ALL_CALLS, bucketsNamed, type BucketName, type EmptyBecause } from './view.repository.ts';

/** One call of a bucket: the cells it adds, by dotted path, and its events. */
export type Contributor = {
  callId: string;
  startedAt: Date | null;
  revision: number;
  factsVersion: number;
  adds: Record<string, number>;
  events: ShownEvent[];
  disagreements: Disagreement[];
};

/**
 * A bucket opened. `cells` is what is stored, `sum` what its calls add up to; that and `factsVersions`, version of the rules →
 * calls read by it, and the same of those who scored sentiment, are null where the calls are too many to be added up here.
 */
export type Explained = {
  moment: Moment;
  revision: number | null;
  nested: NestedCells;
  cells: Record<string, number>;
  sum: Record<string, number> | null;
  factsVersions: Record<string, number> | null;
  sentimentVersions: Record<string, number> | null;
  calls: Contributor[];
  eventsComplete: boolean;
  next: CallCursor | null;
  emptyBecause: EmptyBecause;
};

/** How many calls, after which; and whether numbers are shown whole. */
type Page = { limit: number; after: CallCursor | null; numbers: boolean };

/** The most events of one answer: ten a call is many. */
const MOST_EVENTS = 5_000;

/**
 * Opens a bucket.
 * @param db the database
 * @param name which bucket
 * @param page which of its calls
 * @returns all of it, true at one moment
 * @throws DatabaseAway where the database cannot be asked
 */
export function readExplained(db: Db, name: BucketName, page: Page): Promise<Explained> {
  return atOneMoment(db, async (snapshot) => {
    const [bucket] = await bucketsNamed(snapshot, [name]);
    const [added, listed] = await Promise.all([addedUp(snapshot, name), listedIn(snapshot, name, page)]);
    const nested = bucket?.cells ?? {};
    const cells = shownCells(flatCells(nested));
    const { moment } = snapshot;
    return {
      ...{ moment, revision: bucket?.revision ?? null, nested, cells, ...added, ...listed },
      emptyBecause: Object.keys(cells).length === 0 ? await reasonOf(snapshot, name) : null,
    };
  });
}

async function reasonOf(snapshot: Snapshot, name: BucketName): Promise<EmptyBecause> {
  const [all] = await bucketsNamed(snapshot, [{ ...name, slice: ALL_CALLS }]);
  return all === undefined || count(all.cells, 'calls') === 0 ? 'no_calls' : 'filtered_out';
}

function rangeOf({ window, atMs }: BucketName): { fromMs: number; toMs: number } {
  return { fromMs: atMs, toMs: atMs + WINDOWS[window] };
}

async function addedUp(
  snapshot: Snapshot,
  name: BucketName,
): Promise<Pick<Explained, 'sum' | 'factsVersions' | 'sentimentVersions'>> {
  const { fromMs, toMs } = rangeOf(name);
  const flat = new Map<string, number>();
  const factsVersions: Record<string, number> = {};
  const sentimentVersions: Record<string, number> = {};
  const filters = name.slice.dimension === 'all' ? [] : [name.slice];
  try {
    const spans = [{ label: '', startMs: fromMs, endMs: toMs }];
    for await (const call of callsCounted(snapshot, { filters, spans })) {
      for (const [path, n] of Object.entries(contributionOf(call)?.cells[name.view] ?? {}))
        flat.set(path, (flat.get(path) ?? 0) + n);
      addOne(factsVersions, call.factsVersion);
      if (call.sentimentVersion !== null) addOne(sentimentVersions, call.sentimentVersion);
    }
  } catch (error) {
    // Too many to be added up; a page of them can be shown all the same.
    if (error instanceof Refusal) return { sum: null, factsVersions: null, sentimentVersions: null };
    throw error;
  }
  return { sum: shownCells(flat), factsVersions, sentimentVersions };
}

function addOne(counts: Record<string, number>, name: string | number): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

async function listedIn(
  snapshot: Snapshot,
  name: BucketName,
  { limit, after, numbers }: Page,
): Promise<Pick<Explained, 'calls' | 'next' | 'eventsComplete'>> {
  const slices = name.slice.dimension === 'all' ? [] : [name.slice];
  const filters = { slices, range: rangeOf(name), fields: {} };
  const { calls: all, next } = await pageOf(snapshot, { filters, order: 'newest', limit, after });
  const listed = wellFormed(all, isCall, { from: 'calls', to: snapshot.moment.leftOut });
  const parts = await partsOf(
    snapshot,
    listed.map((call) => call._id),
  );
  const { byPart, isWhole } = await eventsOf(snapshot, [...parts.values()].flat(), {
    most: MOST_EVENTS,
    numbers,
  });
  const calls = listed.map((call: Call & Pick<StoredCall, '_id' | 'revision'>): Contributor => {
    const events = (parts.get(call._id) ?? []).flatMap((part) => byPart.get(part.id) ?? []).sort(inTime);
    return {
      callId: call.callId,
      startedAt: call.startedAt,
      revision: snapshot.revision(call),
      factsVersion: call.factsVersion,
      adds: shownCells(Object.entries(contributionOf(call)?.cells[name.view] ?? {})),
      events,
      disagreements: disagreementsOf(call, events),
    };
  });
  return { calls, next, eventsComplete: isWhole };
}

async function partsOf(
  { session, collection }: Snapshot,
  ids: readonly string[],
): Promise<Map<string, StoredCall['parts']>> {
  const stored = await collection<StoredCall>('calls')
    .find({ _id: { $in: [...ids] } }, { session, projection: { parts: 1 } })
    .batchSize(ids.length + 1)
    .toArray();
  return new Map(stored.map(({ _id, parts }) => [_id, parts]));
}
