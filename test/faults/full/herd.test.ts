/** Row 46 of the fault table: a thousand clients lose their connections at once, again and again, while calls come in. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { io as connect } from 'socket.io-client';
import { askAll } from '../../../api/dashboard/asks.ts';
import { createReturn } from '../../../api/dashboard/return.ts';
import { createApiKey } from '../../../api/keys.ts';
import { waitUntilCaughtUp } from '../../support/caught-up.ts';
import { openProxy, type Proxy } from '../proxy.ts';
import { publish, roundsOf, spread } from '../rounds.ts';
import { expectFresh, expectSound, openRig, type Rig } from './rig.ts';

const CLIENTS = 1_000;
/** Dashboards that share a key: more at once than its budget holds, so that some are told to come back later. */
const A_KEY = 250;
const SINCE = '2015-01-01T00:00:00Z';
const FRESH_MS = 15_000;
/** Of a thousand connections and joins, made by this process beside everything else. */
const BACK_MS = 120_000;
const ACKNOWLEDGED_MS = 5_000;
const SAME_MS = 30_000;

type Row = { start: string };
type Pushed = { at: string; revision: number; bucket: unknown };
type Acknowledged = { buckets?: Pushed[]; error?: string };
type Herd = { isBack(): boolean; shown(): Map<string, unknown>; close(): void };

let rig: Rig;
let proxy: Proxy;
let herd: Herd[];
const told = { refused: 0, refusedJoins: 0, connections: 0 };
beforeAll(async () => {
  rig = await openRig({ needsKey: true });
  const plans = Array.from({ length: CLIENTS / A_KEY }, (_, n) => ({ name: `office ${n}` }));
  const keys = await Promise.all(
    plans.map(async (plan) => (await createApiKey(rig.world.db, { ...plan, scopes: ['read'] })).key),
  );
  proxy = await openProxy(Number(new URL(rig.apiUrl).port));
  herd = Array.from({ length: CLIENTS }, (_, n) =>
    openOne(`http://127.0.0.1:${proxy.port}`, keys[n % keys.length] ?? ''),
  );
  await allBack();
}, 240_000);
afterAll(async () => {
  for (const one of herd) one.close();
  await proxy[Symbol.asyncDispose]();
  await rig[Symbol.asyncDispose]();
});

/** A client that comes back, joins and is refused as the dashboard is, and keeps what it is told. */
function openOne(url: string, key: string): Herd {
  const options = { transports: ['websocket'], forceNew: true, reconnectionDelayMax: 3_000 };
  const socket = connect(url, { ...options, auth: { key } });
  const later = createReturn(Math.random);
  let isBack = false;
  let buckets = new Map<string, Pushed>();
  const put = (one: Pushed): void => {
    if (one.revision >= (buckets.get(one.at)?.revision ?? 0)) buckets.set(one.at, one);
  };
  const ask =
    (event: string, heard: (answer: Acknowledged) => void, ...args: object[]) =>
    async () => {
      const answer = (await socket.timeout(30_000).emitWithAck(event, ...args)) as Acknowledged;
      if (answer.error !== undefined) throw Object.assign(new Error(answer.error), { refusal: answer });
      heard(answer);
    };
  const view = (name: string, slice: string) => ({ view: name, window: 'daily', slice, from: SINCE });
  const nothing = (): void => undefined;
  const asks = {
    all: ask('subscribe:view', ({ buckets: told }) => told?.forEach(put), view('outcome', 'all')),
    calls: ask('subscribe:calls', nothing),
    campaigns: ask('subscribe:campaigns', nothing),
    duration: ask('subscribe:view', nothing, view('duration', 'agent:nobody')),
    sentiment: ask('subscribe:view', nothing, view('sentiment', 'agent:nobody')),
  };
  const join = async (id: string | undefined, granted: Set<string>): Promise<void> => {
    try {
      await askAll(asks, granted);
    } catch (error) {
      if (socket.id !== id) return;
      const refusal = error instanceof Error && 'refusal' in error ? error.refusal : { retryAfterSeconds: 2 };
      told.refusedJoins += 1;
      later.after(refusal, () => void (socket.id === id && join(id, granted)));
      return;
    }
    if (socket.id !== id) return;
    later.granted();
    isBack = true;
  };
  socket.on('connect', () => {
    told.connections += 1;
    buckets = new Map();
    void join(socket.id, new Set());
  });
  socket.on('disconnect', () => (isBack = false));
  socket.on('connect_error', (error: Error & { data?: unknown }) => {
    if (socket.active) return;
    told.refused += 1;
    later.after(error.data, () => socket.connect());
  });
  socket.on('view_update', put);
  const shown = () => new Map([...buckets].map(([at, { bucket }]) => [at, bucket]));
  return { isBack: () => isBack, shown, close: () => void socket.close() };
}

async function allBack(): Promise<number> {
  const beganMs = performance.now();
  while (!herd.every((one) => one.isBack())) {
    const back = herd.filter((one) => one.isBack()).length;
    if (performance.now() - beganMs > BACK_MS) throw new Error(`${back} of ${CLIENTS} are back`);
    await sleep(50);
  }
  return performance.now() - beganMs;
}

/** How many of them show something else than GET. */
async function wrong(): Promise<number> {
  const range = `startDate=2020-01-01&endDate=${new Date(Date.now() + 86_400_000).toISOString()}`;
  const response = await fetch(`${rig.apiUrl}/api/db/analytics/outcomes?period=day&${range}&fill=false`, {
    headers: rig.apiHeaders,
  });
  const { data } = JSON.parse(await response.text()) as { data: { outcomes: Row[] } };
  const rows = new Map(data.outcomes.map((row) => [new Date(row.start).toISOString(), row]));
  expect(rows.size).toBeGreaterThan(0);
  return herd.filter((one) => !isDeepStrictEqual(one.shown(), rows)).length;
}

test('all come back, spread out, and show what GET shows; calls are acknowledged meanwhile', async () => {
  const rounds = roundsOf(3);
  const backMs: number[] = [];
  const recoveries: object[] = [];
  const refused: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const fromMs = Date.now();
    const before = proxy.accepted;
    const refusedBefore = told.refused + told.refusedJoins;
    proxy.reset();
    // Each waits for half a second to one and a half by chance: not all in the same instant.
    await sleep(600);
    expect(proxy.accepted - before).toBeLessThan(CLIENTS);
    backMs.push(await allBack());
    // Beyond the budget of a key nobody is let in at once; whoever was told to come back later has done so.
    refused.push(told.refused + told.refusedJoins - refusedBefore);
    const ackMs = rig.load.sending.answers
      .filter(({ sentAtMs }) => sentAtMs >= fromMs)
      .map(({ status, atMs, sentAtMs }) => (status === 200 ? atMs - sentAtMs : Infinity));
    expect(Math.max(...ackMs)).toBeLessThan(ACKNOWLEDGED_MS);
    recoveries.push({ ackMs: spread(ackMs), ...(await expectFresh(rig, FRESH_MS)) });
    await rig.load.sending.pause(30_000);
    await waitUntilCaughtUp(rig.world.db, 30_000);
    // Ten thousand deliveries a second to this one process may be behind for a while.
    const untilMs = Date.now() + SAME_MS;
    let differ = await wrong();
    for (; differ > 0 && Date.now() < untilMs; differ = await wrong()) await sleep(200);
    expect(differ).toBe(0);
    rig.load.sending.resume();
  }
  await expectSound(rig);
  expect(Math.min(...refused)).toBeGreaterThan(0);
  publish('1,000 clients reconnect', { rows: [46], rounds }, { backMs: spread(backMs), ...told, recoveries });
}, 600_000);
