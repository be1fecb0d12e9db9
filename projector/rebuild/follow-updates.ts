/** The last pass of a rebuild: what was committed meanwhile, update by update, until the projector itself writes the version on. */
import type { ClientSession } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TailedEvent } from '../../ingest/contract.ts';
import type { Checkpoint, StoredUpdate } from '../documents.ts';
import { TRANSACTION } from '../project.ts';
import { EVENT_FIELDS, orderOf, tokenOfNow } from '../tail.ts';
import type { Version } from '../version.ts';
import { writeVersion } from '../write-version.ts';
import { eventsNamed, type Building } from './building.ts';
import { rebuildStep as step } from './steps.ts';
import { RebuildRefused, takeTurn } from './turn.ts';

/** Bounds of one transaction: updates, and the events they list together (a commit of the projector has 1,000 at most). */
const AT_ONCE = { updates: 500, events: 2_000 };
/** How long a look waits for the next one while the version in use has not come as far as the scan. */
const BEAT_MS = 200;

type Listing = Pick<StoredUpdate, '_id' | 'events'>;
type Stretch = { listed: Listing[]; isWhole: boolean };

/**
 * A place of the log that nothing scanned so far lies behind: the version in use holds all that the scan found when its
 * token has come there.
 * @param building the version
 */
export async function placeReached({ db }: Building): Promise<string> {
  return orderOf(await tokenOfNow({ events: db.collection<TailedEvent>('events'), fields: EVENT_FIELDS }));
}

/**
 * Follows the updates and joins the version to the one in use: in one turn between two commits it takes in what is missing
 * and is followed by the projector from the next commit on.
 * @param building the version, with all its calls and buckets
 * @param place that of the scan's end
 * @returns the sequence at which both hold the same events
 */
export async function join(building: Building, place: string): Promise<number> {
  let reached = building.sequence;
  for (;;) {
    building.signal.throwIfAborted();
    const { isWhole, ...taken } = await takeIn(building, reached);
    reached = taken.reached;
    if (!isWhole) continue;
    const joined = await tryJoin(building, { reached, place });
    if (joined !== null) return joined;
    await sleep(BEAT_MS, undefined, { signal: building.signal });
  }
}

async function takeIn(building: Building, reached: number): Promise<{ reached: number; isWhole: boolean }> {
  const { session } = building;
  const stretch = await updatesAfter(building, reached);
  const last = stretch.listed.at(-1);
  if (last === undefined) return { reached, isWhole: true };
  await session.withTransaction(() => write(building, session, stretch.listed), TRANSACTION);
  step('updates_followed');
  return { reached: last._id, isWhole: stretch.isWhole };
}

/** The next updates after a sequence, as many as one transaction takes. */
async function updatesAfter({ db }: Building, after: number, session?: ClientSession): Promise<Stretch> {
  const found = await db
    .collection<StoredUpdate>('updates')
    .find({ _id: { $gt: after } }, { projection: { events: 1 }, ...(session !== undefined && { session }) })
    .sort({ _id: 1 })
    .limit(AT_ONCE.updates)
    .toArray();
  let events = 0;
  const listed = found.filter(
    (update, index) => (events += update.events.length) <= AT_ONCE.events || index === 0,
  );
  if (listed.some(({ _id }, index) => _id !== after + 1 + index))
    throw new RebuildRefused(`the updates after ${after} are held no longer: the rebuild took too long`);
  return { listed, isWhole: listed.length === found.length && found.length < AT_ONCE.updates };
}

async function write(building: Building, session: ClientSession, listed: readonly Listing[]): Promise<void> {
  const { db, version } = building;
  const last = listed.at(-1);
  const ids = listed.flatMap(({ events }) => events);
  if (last === undefined || ids.length === 0) return;
  const events = await eventsNamed(building, ids);
  await writeVersion({ db, session, version }, { events, revision: last._id });
}

async function tryJoin(
  building: Building,
  { reached, place }: { reached: number; place: string },
): Promise<number | null> {
  const held: { at: number | null } = { at: null };
  await takeTurn(building, async ({ session, pointer, last, sequence }) => {
    held.at = null;
    const entry = pointer.versions.find(({ version }) => version === building.version);
    if (entry === undefined) throw new RebuildRefused('another rebuild has begun since');
    if (entry.state === 'building') {
      const stretch = await updatesAfter(building, reached, session);
      if (!stretch.isWhole || !hasReached(last, place)) return null;
      await write(building, session, stretch.listed);
    }
    held.at = sequence;
    if (entry.state === 'followed') return null;
    const follow = (one: Version): Version => (one === entry ? { ...one, state: 'followed' } : one);
    return { pointer: { ...pointer, versions: pointer.versions.map(follow) } };
  });
  if (held.at !== null) step('joined');
  return held.at;
}

/** Whether the version in use holds everything that lies before a place of the log. */
function hasReached({ position }: Checkpoint, place: string): boolean {
  return position?.kind === 'tail' && orderOf(position.token) >= place;
}
