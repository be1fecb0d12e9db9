/** The two ways to load a server: a closed loop that finds its rate, and an open loop that keeps its own whatever is answered. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Requests } from './bodies.ts';
import { createWire, type Wire } from './wire.ts';

/** What a loop saw. Times in ms; `fromDueMs` count from when a request was due, so waits of the sender are in them. */
export type Loaded = { acked: number; statuses: Record<string, number>; tookMs: number; ackMs: number[] };

/** Kept connections to one server. */
export function openWires(port: number, connections: number, from?: string): Wire[] {
  return Array.from({ length: connections }, () => createWire(port, from));
}

/**
 * Each connection sends its next request when the last was answered.
 * @param wires the connections
 * @param requests what is sent
 * @param forMs how long
 */
export async function closedLoop(wires: readonly Wire[], requests: Requests, forMs: number): Promise<Loaded> {
  const loaded: Loaded = { acked: 0, statuses: {}, tookMs: 0, ackMs: [] };
  const beganMs = performance.now();
  const endMs = beganMs + forMs;
  const work = async (wire: Wire): Promise<void> => {
    while (performance.now() < endMs) {
      const sentMs = performance.now();
      const { status } = await wire.ask(requests.next());
      note(loaded, status, performance.now() - sentMs);
    }
  };
  await Promise.all(wires.map(work));
  return { ...loaded, tookMs: performance.now() - beganMs };
}

/** How an open loop goes about it. */
export type OpenLoop = {
  port: number;
  requests: Requests;
  ratePerSecond: number;
  forMs: number;
  connections: number;
  /** A polite sender waits after a refusal as it is told, an impolite one sends the same at once again, a forger goes on. */
  manner: 'polite' | 'impolite' | 'forger';
  /** The address it comes from. */
  from?: string;
};

/** What an open loop saw besides. */
export type OpenlyLoaded = Loaded & { offered: number; fromDueMs: number[]; attempts: number };

/** What the sender waits after a connection that was cut without an answer. */
const AFTER_CUT_MS = 1_000;
const LEFT_MS = 3_000;

/**
 * Requests fall due at a fixed rate; each takes a free connection, or waits for one.
 * @param plan rate, length and manner
 */
export async function openLoop(plan: OpenLoop): Promise<OpenlyLoaded> {
  const idle = openWires(plan.port, plan.connections, plan.from);
  const all = [...idle];
  const due: { dueMs: number; bytes: Buffer | null }[] = [];
  const loaded = { acked: 0, statuses: {}, ackMs: [], fromDueMs: [], offered: 0, attempts: 0 };
  const seen: OpenlyLoaded = { ...loaded, tookMs: plan.forMs };
  const beganMs = performance.now();
  const endMs = beganMs + plan.forMs;
  let busy = 0;

  async function send(wire: Wire, item: (typeof due)[number]): Promise<void> {
    const bytes = item.bytes ?? plan.requests.next();
    const sentMs = performance.now();
    seen.attempts += 1;
    const { status, retryAfterMs } = await wire.ask(bytes);
    const nowMs = performance.now();
    if (nowMs <= endMs) note(seen, status, nowMs - sentMs);
    if (status === 200) {
      if (nowMs <= endMs) seen.fromDueMs.push(nowMs - item.dueMs);
    } else if (plan.manner !== 'forger') {
      if (plan.manner === 'polite') await sleep(status === 0 ? AFTER_CUT_MS : retryAfterMs);
      due.push({ ...item, bytes });
    }
    idle.push(wire);
  }

  while (performance.now() < endMs) {
    const owed = Math.floor(((performance.now() - beganMs) * plan.ratePerSecond) / 1_000);
    for (; seen.offered < owed; seen.offered += 1)
      due.push({ dueMs: beganMs + (seen.offered * 1_000) / plan.ratePerSecond, bytes: null });
    while (due.length > 0) {
      const wire = idle.pop();
      if (wire === undefined) break;
      const item = due.shift();
      if (item === undefined) break;
      busy += 1;
      void send(wire, item).finally(() => (busy -= 1));
    }
    await sleep(1);
  }
  for (let waited = 0; busy > 0 && waited < LEFT_MS; waited += 50) await sleep(50);
  for (const wire of all) wire.close();
  return seen;
}

function note(loaded: Loaded, status: number, tookMs: number): void {
  loaded.statuses[status] = (loaded.statuses[status] ?? 0) + 1;
  if (status !== 200) return;
  loaded.acked += 1;
  loaded.ackMs.push(tookMs);
}
