/** The page's socket against a server that breaks off joins: what was missed is asked for from before the break, until a join succeeds. */
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import * as client from 'socket.io-client';
import type { Live, LiveListener } from '../../api/dashboard/live.ts';

type Acknowledge = (answer: object) => void;

const http = createServer();
const server = new Server(http, { path: '/socket.io' });
/** The sequence that the server is at, the step of a join at which it hangs up, and what it was asked for. */
let sequence = 0;
let breaksAt: string | null = null;
/** The step at which it refuses, once, and how. */
let refusesAt: [step: string, refusal: object] | null = null;
let refusals: string[] = [];
let replays: number[] = [];
let asked: string[] = [];
let present: Socket | undefined;
let resyncs = 0;
let numbers = 0;
let goesLive: () => void = () => undefined;
const pages: client.Socket[] = [];
let openLive: (listener: LiveListener) => Live;
let openLiveLater: (listener: LiveListener, after: Promise<void>) => Live;
let live: Live;
const nothing = (): void => undefined;

server.on('connection', (socket) => {
  present = socket;
  socket.onAny((event: string, ...args: unknown[]) => {
    const acknowledge = args.at(-1) as Acknowledge;
    asked.push(event);
    if (event === breaksAt) {
      breaksAt = null;
      socket.conn.close();
      return;
    }
    if (event === refusesAt?.[0]) {
      acknowledge(refusesAt[1]);
      refusesAt = null;
      return;
    }
    if (event === 'subscribe:calls') socket.emit('active_calls', [], { sequence });
    if (event === 'replay') replays.push((args[0] as { from: number }).from);
    acknowledge({ sequence });
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const { port } = http.address() as AddressInfo;
  Object.assign(globalThis, { __API_BASE_URL__: `http://127.0.0.1:${port}` });
  // The page never lets go of its socket; the test must.
  const io = (url: string, options: object) => {
    const page = client.io(url, { ...options, reconnectionDelay: 10 });
    pages.push(page);
    return page;
  };
  jest.unstable_mockModule('socket.io-client', () => ({ io }));
  ({ openLive } = await import('../../api/dashboard/live.ts'));
  ({ openLiveLater } = await import('../../api/dashboard/live-later.ts'));
  const listener: LiveListener = {
    ...{ onCall: nothing, onActive: nothing, onCampaign: nothing },
    onRefused: (text) => refusals.push(text),
    onConnection: (state) => {
      if (state === 'live') goesLive();
    },
    onNumbers: () => (numbers += 1),
    onResync: () => (resyncs += 1),
  };
  // The first join of all is broken off.
  [sequence, breaksAt] = [5, 'subscribe:view'];
  const isLive = joined();
  live = openLive(listener);
  await isLive;
});
afterAll(async () => {
  for (const page of pages) page.close();
  await server.close();
});
beforeEach(() => {
  replays = [];
  refusals = [];
});

const joined = (): Promise<void> => new Promise((resolve) => (goesLive = resolve));

/** The server moves on while the client is away, and hangs up once more at a step of the next join. */
async function breakOff(at: string | null, sequenceThen: number): Promise<void> {
  const isLive = joined();
  [sequence, breaksAt] = [sequenceThen, at];
  present?.conn.close();
  await isLive;
}

test('after a first join that was broken off everything is loaded again', () => {
  expect([replays, resyncs]).toEqual([[], 1]);
});

test.each(['subscribe:campaigns', 'subscribe:view', 'replay'])(
  'a join that breaks off at %s leaves the replay point where it was',
  async (step) => {
    const before = sequence;
    await breakOff(step, before + 10);
    expect(replays).toEqual([before]);
    await breakOff(null, before + 20);
    expect(replays).toEqual([before, before + 10]);
    expect(resyncs).toBe(1);
  },
);

test('what is pushed while joined raises the replay point', async () => {
  const before = numbers;
  present?.emit('view_update', { sequence: sequence + 1 });
  present?.emit('view_update', { sequence: sequence + 2 });
  while (numbers < before + 2) await new Promise((resolve) => setTimeout(resolve, 5));
  const seenUpTo = sequence + 2;
  await breakOff(null, sequence + 10);
  expect(replays).toEqual([seenUpTo]);
});

test('a join that is refused for now is made again when the refusal says so, and misses nothing', async () => {
  const before = sequence;
  refusesAt = ['subscribe:view', { error: 'Too many requests', retryAfterSeconds: 0 }];
  await breakOff(null, before + 10);
  expect([refusals, replays]).toEqual([['Too many requests'], [before]]);
});

test('what a refused join was granted is not asked for again', async () => {
  refusesAt = ['subscribe:campaigns', { error: 'Too many requests', retryAfterSeconds: 0 }];
  asked = [];
  await breakOff(null, sequence + 10);
  const views = ['subscribe:view', 'subscribe:view', 'subscribe:view'];
  expect(asked).toEqual([
    'subscribe:calls',
    'subscribe:campaigns',
    ...views,
    'subscribe:campaigns',
    'replay',
  ]);
});

test('a call that is followed and refused for now is asked for again', async () => {
  refusesAt = ['subscribe:call', { error: 'Too many requests', retryAfterSeconds: 0 }];
  const told: unknown[] = [];
  await new Promise<void>((resolve) => {
    live.followCall('c1', (one) => {
      told.push(one);
      if (one !== null) resolve();
    });
  });
  expect(told).toEqual([null, { sequence }]);
});

/** A listener that notes what it is told of joining, and when it is live. */
function noted(acts: string[], isLive: () => void): LiveListener {
  return {
    ...{ onCall: nothing, onActive: nothing, onCampaign: nothing, onNumbers: nothing },
    onRefused: (text) => acts.push(text),
    onResync: () => acts.push('load'),
    onConnection: (state) => {
      acts.push(state);
      if (state === 'live') isLive();
    },
  };
}

test('a page whose first join was refused loads everything once it is let in: it was told of nothing meanwhile', async () => {
  refusesAt = ['subscribe:campaigns', { error: 'Too many requests', retryAfterSeconds: 0 }];
  const acts: string[] = [];
  await new Promise<void>((resolve) => {
    openLive(noted(acts, resolve));
  });
  expect(acts).toEqual(['Too many requests', 'load', 'live']);
});

test('a socket that is opened later has everything loaded again: what changed since the page loaded it was told to nobody', async () => {
  const [acts, told]: [string[], unknown[]] = [[], []];
  let open: () => void = nothing;
  const after = new Promise<void>((resolve) => (open = resolve));
  const isLive = new Promise<void>((resolve) => {
    const late = openLiveLater(noted(acts, resolve), after);
    // What is asked meanwhile waits, and what is taken back is not asked.
    late.followCall('left', () => told.push('left'))();
    late.followCall('c1', (one) => told.push(one));
  });
  asked = [];
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(asked).toEqual([]);
  open();
  await isLive;
  while (told.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect([acts, told]).toEqual([['load', 'live'], [{ sequence }]]);
  expect(asked.filter((one) => one === 'subscribe:call')).toEqual(['subscribe:call']);
});
