/** A client that mirrors what is on show over the socket, as the dashboard does, and notes whatever goes back. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { io as connect } from 'socket.io-client';

type Row = Record<string, unknown> & { start: string; totalCalls?: number; total?: number };
type Bucket = { at: string; revision: number; bucket: Row };
type ViewUpdate = Bucket & { sequence: number; view: string; slice: string };
type Joined = { sequence: number; buckets: Bucket[] };
type Campaign = { id: string | null; key: string; revision: number; sequence: number };

/** A mirror at work. */
export type Mirror = {
  /** What differs from what GET answers now; empty where nothing does. */
  differences(): Promise<string[]>;
  /** Whether it has joined all that it shows. */
  isWhole(): boolean;
  /** Sequences and revisions that went back. */
  wentBack: readonly string[];
  /** How often it connected, and was told to load again. */
  told: { connections: number; resyncs: number; updates: number };
  close(): void;
};

const VIEWS = ['duration', 'outcome', 'sentiment'];
const SLICES: Record<string, string> = {
  all: '',
  'agent:a1': '&agentId=a1',
  'campaign:k1': '&campaignId=k1',
  'direction:inbound': '&direction=inbound',
};
const DAY = 'startDate=2026-10-30&endDate=2026-11-04&fill=false';
const FROM = '2026-10-30T00:00:00Z';
const AFTER = '2026-11-20T00:00:00Z';
const PATHS: Record<string, string> = {
  duration: `duration/day?${DAY}`,
  outcome: `outcomes?period=day&${DAY}`,
  sentiment: `sentiment?period=day&${DAY}`,
};

/**
 * Connects, and connects again for ever.
 * @param urls where the socket is reached, by a way that may break, and where GET is asked
 * @param campaignId of the campaign that is mirrored
 */
export function openMirror(urls: { socket: string; http: string }, campaignId: string): Mirror {
  const socket = connect(urls.socket, {
    ...{ transports: ['websocket'], reconnectionDelay: 100, reconnectionDelayMax: 500, timeout: 2_000 },
  });
  const tiles = new Map<string, Bucket>();
  let campaign: Campaign | null = null;
  const wentBack: string[] = [];
  const told = { connections: 0, resyncs: 0, updates: 0 };
  // Of this connection; and up to where all tiles are true, which a join that breaks off does not move: a replay begins there.
  let sequence = 0;
  let wholeUpTo = 0;
  let isWhole = false;
  let joins = 0;

  const seen = (next: number, what: string): void => {
    if (next < sequence) wentBack.push(`${what}: sequence ${next} after ${sequence}`);
    sequence = next;
    if (isWhole) wholeUpTo = Math.max(wholeUpTo, next);
  };
  const show = (view: string, slice: string, bucket: Bucket): void => {
    const name = `${view} ${slice} ${bucket.at}`;
    const held = tiles.get(name);
    if (held !== undefined && bucket.revision < held.revision)
      wentBack.push(`${name}: revision ${bucket.revision} after ${held.revision}`);
    tiles.set(name, bucket);
  };
  const showCampaign = (one: Campaign): void => {
    if (one.id === campaignId) campaign = one;
  };
  const join = async (): Promise<void> => {
    const mine = (joins += 1);
    const missedFrom = wholeUpTo;
    // Of each question anew: the socket forgets it with the first.
    const ask = () => socket.timeout(10_000);
    // After a break the acknowledgements bring nothing: what was missed must come by the replay.
    const from = missedFrom > 0 ? AFTER : FROM;
    const joinOne = (view: string, slice: string): Promise<void> =>
      new Promise((resolve, reject) => {
        // Taken in at once: a push that came in the same moment must not be looked at before it.
        ask().emit(
          'subscribe:view',
          { view, window: 'daily', slice, from },
          (error: Error | null, answer: Joined) => {
            if (error !== null) {
              reject(error);
              return;
            }
            seen(answer.sequence, `${view} ${slice} joined`);
            for (const bucket of answer.buckets) show(view, slice, bucket);
            resolve();
          },
        );
      });
    const joining = VIEWS.flatMap((view) => Object.keys(SLICES).map((slice) => joinOne(view, slice)));
    await Promise.all([ask().emitWithAck('subscribe:campaigns'), ...joining]);
    if (missedFrom > 0) await ask().emitWithAck('replay', { from: missedFrom });
    if (mine !== joins) return;
    isWhole = true;
    wholeUpTo = Math.max(wholeUpTo, sequence);
  };
  /** A connection that breaks in the middle of it is followed by another. */
  const rejoin = (): void => {
    join().catch(() => socket.disconnect().connect());
  };
  socket.on('connect', () => {
    told.connections += 1;
    sequence = 0;
    isWhole = false;
    rejoin();
  });
  socket.on('disconnect', (reason) => {
    if (reason === 'io server disconnect') socket.connect();
  });
  socket.on('view_update', (update: ViewUpdate) => {
    told.updates += 1;
    seen(update.sequence, 'view_update');
    show(update.view, update.slice, update);
  });
  socket.on('active_campaigns', (list: Campaign[], truth: { sequence: number }) => {
    seen(truth.sequence, 'active_campaigns');
    for (const one of list) showCampaign(one);
  });
  socket.on('campaign_update', (one: Campaign) => {
    seen(one.sequence, 'campaign_update');
    showCampaign(one);
  });
  socket.on('resync', () => {
    told.resyncs += 1;
    tiles.clear();
    campaign = null;
    sequence = wholeUpTo = 0;
    isWhole = false;
    rejoin();
  });

  const got = async (path: string): Promise<Record<string, unknown>> => {
    const response = await fetch(`${urls.http}/api/db/${path}`, { signal: AbortSignal.timeout(5_000) });
    // Parsed here: what `json()` makes has prototypes of its own, and would equal nothing.
    const { data } = JSON.parse(await response.text()) as { data?: Record<string, unknown> };
    return data ?? {};
  };
  return {
    wentBack,
    told,
    isWhole: () => isWhole,
    close: () => void socket.close(),
    async differences() {
      const found: string[] = [];
      for (const view of VIEWS)
        for (const [slice, filter] of Object.entries(SLICES)) {
          const data = await got(`analytics/${PATHS[view] ?? ''}${filter}`);
          const rows = (data.stats ?? data.outcomes ?? data.series ?? []) as Row[];
          const shown = new Map(rows.map((row) => [new Date(row.start).toISOString(), row]));
          for (const [at, row] of shown) {
            const held = tiles.get(`${view} ${slice} ${at}`)?.bucket;
            if (!isDeepStrictEqual(held, row))
              found.push(`${view} ${slice} ${at}: ${JSON.stringify([held, row])}`);
          }
          for (const [name, { at, bucket }] of tiles)
            if (name.startsWith(`${view} ${slice} `) && !shown.has(at) && (bucket.totalCalls ?? bucket.total))
              found.push(`${name}: ${JSON.stringify(bucket)} and GET shows nothing`);
        }
      const { campaign: stored } = await got(`campaigns/${campaignId}`);
      const { sequence: _sequence, ...held } = campaign ?? { sequence: 0 };
      if (!isDeepStrictEqual(held, stored)) found.push(`campaign: ${JSON.stringify([held, stored])}`);
      return found;
    },
  };
}

/**
 * Waits until a mirror shows what GET answers.
 * @param mirror of a system that stands still
 * @param withinMs in which that must be
 * @returns how long it took
 * @throws with what differs
 */
export async function untilSame(mirror: Mirror, withinMs: number): Promise<number> {
  const beganMs = performance.now();
  for (;;) {
    const found = await mirror.differences();
    const tookMs = performance.now() - beganMs;
    if (found.length === 0) return Math.round(tookMs);
    if (tookMs > withinMs)
      throw new Error(`after ${withinMs} ms ${found.length} differ: ${found.slice(0, 3).join('\n')}`);
    await sleep(50);
  }
}
