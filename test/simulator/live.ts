/** The live mode: calls begin at a rate, ring, are answered and end while one watches, each event sent when it happens. */
import { setTimeout as pause } from 'node:timers/promises';
import { catalogueOf } from './catalogue.ts';
import { schedule, type Faults, type Outcome, type Sender } from './deliver.ts';
import type { Delivery } from './delivery.ts';
import { deliveriesOf } from './payloads.ts';
import { planCall } from './plan.ts';
import type { PlannedCall } from './planned.ts';
import { createRandom } from './random.ts';

/** How calls are played. Each is told of once planned and each delivery once answered; nothing is kept for longer. */
export type LiveOptions = {
  seed: number;
  callsPerSecond: number;
  /** How many seconds of a call pass in one second here. */
  speed: number;
  /** The first call's number; a later run that goes on where another stopped must not repeat its ids. */
  firstIndex?: number;
  /** What goes wrong on the way; by default nothing. */
  faults?: Faults;
  sender: Sender;
  signal: AbortSignal;
  onCall?: (call: PlannedCall) => void;
  onResult?: (outcome: Outcome) => void;
};

/**
 * Plays calls until the signal aborts; then no new event is sent, and what is under way is waited for.
 * @param options rate, speed, sender and signal
 * @returns the number of calls that were begun
 */
export async function playLive(options: LiveOptions): Promise<number> {
  const { seed, callsPerSecond, signal } = options;
  const catalogue = catalogueOf(seed);
  const gaps = createRandom(seed, 'gaps');
  const firstIndex = options.firstIndex ?? 0;
  const playing = new Set<Promise<void>>();
  let index = firstIndex;
  let nextMs = performance.now();
  while (!signal.aborted) {
    const begunAt = new Date();
    const planAt = (startedAt: Date): PlannedCall => planCall({ seed, index, startedAt, catalogue });
    const { call, steps } = timetableOf(planAt, { begunAt, speed: options.speed, faults: options.faults });
    options.onCall?.(call);
    const played = playSteps(steps, options).finally(() => playing.delete(played));
    playing.add(played);
    index += 1;
    // Independent callers come at exponential gaps.
    nextMs += (-Math.log(1 - gaps.fraction()) / callsPerSecond) * 1000;
    await waited(nextMs - performance.now(), signal);
  }
  await Promise.all(playing);
  return index - firstIndex;
}

/** One delivery and how long after the beginning it is sent. */
export type Step = { delivery: Delivery; afterMs: number };

/**
 * When each event of a call is sent. At the given speed the last event is stamped with the instant at which it is sent and
 * every earlier one with an instant before: sped-up calls are dated back, since no receiver believes an event from the future.
 * @param planAt plans the call at a start
 * @param playing when the playing begins, seconds of the call in one second here, and what goes wrong
 * @returns the call and its steps, in order
 */
export function timetableOf(
  planAt: (startedAt: Date) => PlannedCall,
  { begunAt, speed, faults }: { begunAt: Date; speed: number; faults?: Faults | undefined },
): { call: PlannedCall; steps: Step[] } {
  const lengthMs = deliveriesOf(planAt(begunAt), begunAt).at(-1)?.dueOffsetMs ?? 0;
  const startedAt = new Date(begunAt.getTime() - Math.max(0, lengthMs - lengthMs / speed));
  const call = planAt(startedAt);
  const planned = deliveriesOf(call, startedAt);
  const { deliveries } = faults === undefined ? { deliveries: planned } : schedule(planned, faults);
  return {
    call,
    steps: deliveries.map((delivery) => ({ delivery, afterMs: Math.max(0, delivery.dueOffsetMs / speed) })),
  };
}

async function playSteps(steps: readonly Step[], { sender, signal, onResult }: LiveOptions): Promise<void> {
  const startMs = performance.now();
  for (const { delivery, afterMs } of steps) {
    await waited(startMs + afterMs - performance.now(), signal);
    if (signal.aborted) return;
    onResult?.(await sender.deliver(delivery));
  }
}

/** Waits, or stops waiting once the signal aborts. */
async function waited(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return;
  await pause(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
