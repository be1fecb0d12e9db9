/** What a cause of alerts is, and what it may lay hands on. */
import type { Db } from 'mongodb';
import type { ElevenLabs } from '../support/vendors/elevenlabs.ts';
import type { startPrometheus } from './real-prometheus.ts';
import type { RunningProduct } from './running.ts';
import type { SlowWay } from './slow-way.ts';

/** A running Prometheus. */
export type Prometheus = Awaited<ReturnType<typeof startPrometheus>>;

/** All that runs. `uri` and `db` reach the database by a way of their own, `living` is whether its senders send. */
export type Stage = {
  product: RunningProduct;
  db: Db;
  uri: string;
  way: SlowWay;
  elevenlabs: ElevenLabs;
  prometheus: Prometheus;
  /** To it a week is a minute. */
  weekly: Prometheus;
  living: { isSending: boolean };
};

/** One cause: what is done, which alerts must fire, how it is undone, and who looks where it is not the Prometheus of the stage. */
export type Cause = {
  what: string;
  alerts: readonly string[];
  act(): Promise<void>;
  undo?(): Promise<void>;
  by?: Prometheus;
};

/**
 * Does something again and again.
 * @param everyMs how often
 * @param act what is done
 * @returns ends it
 */
export function again(everyMs: number, act: () => unknown): () => Promise<void> {
  const repeating = setInterval(() => void act(), everyMs);
  return () => {
    clearInterval(repeating);
    return Promise.resolve();
  };
}
