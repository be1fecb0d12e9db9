/** A table of nasty requests against a real ingest: each row's answers, what it leaves where, and that the next good event works. */
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Collection } from 'mongodb';
import { createEndpoints } from '../../ingest/endpoints.ts';
import type { Endpoints } from '../../ingest/endpoints.ts';
import type { FreshEvent } from '../../ingest/event.ts';
import { openIngestDatabase, startIngest } from '../support/ingest.ts';
import type { IngestDatabase, RunningIngest } from '../support/ingest.ts';
import { elevenlabsRequest } from '../support/webhooks.ts';
import type { TestRequest } from '../support/webhooks.ts';
import { ALL_SECRETS } from './requests.ts';

/** What a row works with. */
export type World = {
  database: IngestDatabase;
  running: RunningIngest;
  events: Collection<FreshEvent>;
  /** Posts one after the other; the statuses. */
  post: (...requests: TestRequest[]) => Promise<number[]>;
  /** Sends text as it is on a socket of its own; what came back until it was closed, or the status 0 where nothing did. */
  raw: (text: string, then?: 'close') => Promise<number[]>;
  /** The newest event of a part. */
  eventOf: (partId: string) => Promise<FreshEvent>;
  /** What the newest event of a part says of its call. */
  saidOf: (partId: string) => Promise<Record<string, unknown>>;
};

/**
 * What a row leaves behind: documents added to each collection; what is not named gets none. `some` where the ring may drop a
 * part of a flood, or a torn connection decides whether a request was one.
 */
export type Left = { events?: number; quarantine?: number; rejected?: number | 'some' };
type Counts = { events: number; quarantine: number; rejected: number };

/** Number and name of the input, what is sent (the statuses of the answers), the statuses due, what is left. */
export type Row = [
  input: string,
  send: (world: World) => Promise<number[]>,
  due: number[],
  left: Left,
  check?: (world: World) => Promise<void>,
];

/** A finished conversation, as ElevenLabs would send it now. */
export const conversation = (id: unknown, more: object = {}, envelope: object = {}) => ({
  type: 'post_call_transcription',
  event_timestamp: nowSeconds(),
  data: { conversation_id: id, agent_id: 'agent-1', status: 'done', ...more },
  ...envelope,
});

/** Unix seconds. */
export const nowSeconds = (): number => Math.floor(Date.now() / 1_000);

/** The usual endpoints of all senders; `allowGet` may be switched on for all. */
export function endpointsOf(allowGet = false): Endpoints {
  const secrets = Object.entries(ALL_SECRETS).map(
    ([name, values]) => [name, values.map((value, at) => ({ id: `secret-${at + 1}`, value }))] as const,
  );
  const find = createEndpoints(new Map(secrets));
  return (target) => {
    const endpoint = find(target);
    return endpoint === null ? null : { ...endpoint, allowGet };
  };
}

/**
 * Registers the tests of a table; all rows share one ingest and one database.
 * @param rows in any order: none depends on another
 */
export function testRows(rows: Row[]): void {
  let world: World;
  beforeAll(async () => {
    world = await openWorld();
  });
  afterAll(async () => {
    await world.running[Symbol.asyncDispose]();
    await world.database[Symbol.asyncDispose]();
  });
  test.each(rows)('%s', async (...[, send, due, left, check]: Row) => {
    const before = await counts(world);
    expect(await send(world)).toEqual(due);
    const after = await settled(world, {
      events: before.events + (left.events ?? 0),
      quarantine: before.quarantine + (left.quarantine ?? 0),
      rejected: left.rejected === 'some' ? null : before.rejected + (left.rejected ?? 0),
    });
    await check?.(world);
    const next = elevenlabsRequest(conversation(`next-${Math.floor(performance.now() * 1_000)}`));
    expect(await world.post(next)).toEqual([200]);
    expect((await counts(world)).events).toBe(after.events + 1);
    expect(world.running.told.filter((told) => told.startsWith('failed:'))).toEqual([]);
  });
}

/** Waits for the ring, which is written behind the answer, and compares; null means any number. */
async function settled(
  world: World,
  due: Omit<Counts, 'rejected'> & { rejected: number | null },
): Promise<Counts> {
  const { rejected } = due;
  if (rejected === null) await pause(200);
  for (let tries = 0; tries < 100 && (await counts(world)).rejected < (rejected ?? 0); tries += 1)
    await pause(10);
  const found = await counts(world);
  expect(found).toEqual({ ...due, rejected: rejected ?? found.rejected });
  return found;
}

async function openWorld(): Promise<World> {
  const database = await openIngestDatabase();
  const running = await startIngest({ db: database.db, endpoints: endpointsOf() });
  const events = database.db.collection<FreshEvent>('events');
  const eventOf = async (partId: string) => {
    const event = await events.findOne({ partId }, { sort: { receivedAt: -1 }, promoteBuffers: false });
    if (event === null) throw new Error(`no event of ${partId}`);
    return event;
  };
  return {
    database,
    running,
    events,
    eventOf,
    post: async (...requests) => {
      const statuses: number[] = [];
      for (const request of requests) statuses.push((await running.post(request)).status);
      return statuses;
    },
    raw: (text, then) => sendRaw(running.port, text, then),
    saidOf: async (partId) => {
      const groups = (await eventOf(partId)).facts?.groups ?? {};
      return Object.fromEntries(Object.entries(groups).map(([name, { value }]) => [name, value]));
    },
  };
}

async function counts({ database }: World): Promise<Counts> {
  const [events = 0, quarantine = 0, rejected = 0] = await Promise.all(
    ['events', 'quarantine', 'rejected'].map((name) => database.db.collection(name).countDocuments()),
  );
  return { events, quarantine, rejected };
}

function sendRaw(port: number, text: string, then?: 'close'): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let got = '';
    socket.setTimeout(5_000, () => socket.destroy());
    socket.on('data', (chunk: Buffer) => (got += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () =>
      resolve([...got.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status))),
    );
    socket.write(text, 'latin1');
    if (then === 'close') setTimeout(() => socket.destroy(), 100);
  });
}
