/**
 * The whole road of an event under a fault: a sender with a ledger, ingest, projector and api as processes, on a database of one
 * node that is reached through a proxy. What every round ends with is here too.
 */
import { expect } from '@jest/globals';
import { Binary } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { createApiKey } from '../../../api/keys.ts';
import { expectedViews, storedViews } from '../../oracle/oracle.ts';
import { waitUntilCaughtUp } from '../../support/caught-up.ts';
import { NO_FAULTS } from '../../support/ledger-check.ts';
import { startProcess, type RunningProcess } from '../../support/processes.ts';
import { openWorld, type World } from '../../support/world.ts';
import { openIngestLoad, type IngestLoad } from '../ingest-load.ts';
import { openProxy, type Proxy } from '../proxy.ts';
import { ask, primaryOf, startSet } from '../sets.ts';
import { openReader, type Reader } from './reader.ts';

const RATE_PER_SECOND = 60;
/** After the fault: until all that was sent is answered, and until all of it is in the views. */
const PATIENCE_MS = 60_000;

/** How a rig is started: its set, and whether whoever reads needs a key. */
export type RigPlan = Parameters<typeof startSet>[1] & { needsKey?: true };

/** The road, and the places where faults are put. */
export type Rig = AsyncDisposable & {
  set: Awaited<ReturnType<typeof startSet>>;
  /** Its database, reached beside the proxy; its address is the proxy's, for processes that are started later. */
  world: World;
  proxy: Proxy;
  load: IngestLoad;
  apiUrl: string;
  /** As `Authorization`, of the reader and of whoever looks; empty where none is needed. */
  apiHeaders: Record<string, string>;
  reader: Reader;
  /** Processes that must be there, unharmed, at the end of every round. */
  running: RunningProcess[];
};

/**
 * Starts everything; resolves once calls are answered.
 * @param plan of the set and the api
 */
export async function openRig(plan: RigPlan = {}): Promise<Rig> {
  const releases: AsyncDisposable[] = [];
  const use = <T extends AsyncDisposable>(one: T): T => {
    releases.unshift(one);
    return one;
  };
  const release = async (): Promise<void> => {
    for (const one of releases) await one[Symbol.asyncDispose]();
  };
  try {
    return { ...(await openAll(plan, use)), [Symbol.asyncDispose]: release };
  } catch (error) {
    await release();
    throw error;
  }
}

async function openAll(
  { needsKey, ...more }: RigPlan,
  use: <T extends AsyncDisposable>(one: T) => T,
): Promise<Omit<Rig, keyof AsyncDisposable>> {
  const set = use(await startSet(1, more));
  const [member] = set.members;
  if (member === undefined) throw new Error('a set has a member');
  const proxy = use(await openProxy(member.port));
  // The set knows itself by the proxy's address, so that drivers do not find a way around it.
  const { config } = (await ask(member, { replSetGetConfig: 1 })) as { config: { version: number } };
  const members = [{ _id: 0, host: `127.0.0.1:${proxy.port}` }];
  await ask(member, { replSetReconfig: { ...config, members, version: config.version + 1 }, force: true });
  await primaryOf(set);
  const beside = use(await openWorld(`mongodb://127.0.0.1:${member.port}/?directConnection=true`));
  const world = { ...beside, uri: `mongodb://127.0.0.1:${proxy.port}/?replicaSet=callviews` };
  const env = { MONGODB_URI: world.uri, MONGODB_DATABASE: world.database };
  const apiHeaders: Record<string, string> = {};
  if (needsKey) {
    const { key } = await createApiKey(world.db, { name: 'reader', scopes: ['read'] });
    apiHeaders.authorization = `Bearer ${key}`;
  }
  const projector = use(startProcess({ name: 'projector', env }));
  const api = use(startProcess({ name: 'api', env }));
  const load = use(await openIngestLoad(world, RATE_PER_SECOND));
  const ingest = await load.start();
  const { port } = await api.said('listening');
  await projector.said('lease taken');
  const apiUrl = `http://127.0.0.1:${String(port)}`;
  const reader = use(openReader(apiUrl, apiHeaders));
  return { set, world, proxy, load, apiUrl, apiHeaders, reader, running: [projector, api, ingest] };
}

/** What the end of a round looks at; who has no reader leaves it out. Where ingest itself is killed, connections may break. */
export type Sound = Pick<Rig, 'load' | 'world' | 'running'> & { reader?: Reader; breaks?: true };

/** How long after the end of a fault a call that was sent after it was answered 200, and was in the views. */
export type Recovery = { answeredMs: number; seenMs: number };

/**
 * Waits for a call that is sent from now on to be answered and to reach the views.
 * @param rig after the fault
 * @param withinMs in which that must be
 */
export async function expectFresh(rig: Pick<Rig, 'load' | 'world'>, withinMs: number): Promise<Recovery> {
  const { load, world } = rig;
  const fromMs = Date.now();
  const seen = load.sending.answers.length;
  const inTime = (): void => {
    if (Date.now() - fromMs > withinMs)
      throw new Error(`stalled: no fresh call in the views after ${withinMs} ms`);
  };
  for (let answeredMs: number | null = null; ;) {
    const fresh = load.sending.answers
      .slice(seen)
      .find(({ status, sentAtMs, position }) => status === 200 && sentAtMs >= fromMs && position !== null);
    if (fresh?.position != null) {
      answeredMs ??= fresh.atMs - fromMs;
      const events = new Binary(Buffer.from(fresh.position, 'base64url'));
      if ((await world.db.collection('updates').countDocuments({ events })) > 0)
        return { answeredMs, seenMs: Date.now() - fromMs };
    }
    inTime();
    await sleep(20);
  }
}

/**
 * Whether those that sent a call since then were told in time that it is not stored, instead of waiting for ever.
 * @param rig during or after the fault
 * @param sinceMs when the fault began
 */
export function wasRefused({ load }: Pick<Rig, 'load'>, sinceMs: number): boolean {
  return load.sending.answers.some(({ status, sentAtMs }) => sentAtMs >= sinceMs && status === 503);
}

/**
 * The end of a round: the sender pauses; all that it sent is answered and stored once, the views have all of it and equal the
 * recount, readers were told nothing but answers and absences, and nobody had to be started again. Then the sender goes on.
 */
export async function expectSound({ load, world, running, reader, breaks }: Sound): Promise<void> {
  await load.sending.pause(PATIENCE_MS);
  const { faults } = await load.look();
  expect(faults).toEqual(NO_FAULTS);
  await waitUntilCaughtUp(world.db, PATIENCE_MS);
  expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
  expect(await world.db.collection('parked').countDocuments()).toBe(0);
  const other = load.sending.answers.filter(
    ({ status, sentAtMs }) =>
      sentAtMs >= load.listeningAtMs && status !== 200 && status !== 503 && !(breaks && status === 0),
  );
  expect(other).toEqual([]);
  expect(running.map(({ child }) => child.exitCode ?? child.signalCode)).toEqual(running.map(() => null));
  expect(reader?.faults() ?? []).toEqual([]);
  load.sending.resume();
}
