/**
 * Rows 1, 2 and 41 of the fault table: ingest killed (-9) at each of its steps and at random moments under load, and ended by
 * SIGTERM. `npm run prove` raises the rounds.
 */
import { describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { INGEST_STEPS } from '../../ingest/steps.ts';
import { NO_FAULTS } from '../support/ledger-check.ts';
import { openWorld } from '../support/world.ts';
import { answeredAfresh, openIngestLoad, type IngestLoad } from './ingest-load.ts';
import { publish, roundsOf, seedOf, spread } from './rounds.ts';

const SEED = 20261125;
const RATE_PER_SECOND = 200;
/** Each step is passed so often before the kill, so that requests in every state are under way. */
const PASSES = 25;
const ROUND_MS = 12_000;

/** Answers other than 200, which nothing that was done to ingest gives a reason for. */
const refusals = ({ sending }: IngestLoad): string[] =>
  sending.answers.filter(({ status }) => status !== 200 && status !== 0).map((line) => JSON.stringify(line));

describe('ingest killed at any moment under load', () => {
  test('at each named step: every call that was answered 200 is stored once, and nothing that was not sent', async () => {
    await using world = await openWorld();
    await using load = await openIngestLoad(world, RATE_PER_SECOND);
    const unanswered: Record<string, number> = {};
    for (const step of INGEST_STEPS) {
      await using running = await load.start(`${step}:${PASSES}`);
      expect([step, (await running.ended).signal]).toEqual([step, 'SIGKILL']);
      const after = await load.look();
      expect({ ...after.faults, unadvised: [] }).toEqual(NO_FAULTS);
      unanswered[step] = after.unanswered.length;
    }
    await using _last = await load.start();
    await answeredAfresh(load, 50);
    const { faults, counts } = await load.finish();
    expect(faults).toEqual(NO_FAULTS);
    expect(counts.acknowledged).toBe(counts.sent);
    // Killed after the write and before the answer: the call is there, and its resend finds it.
    expect(unanswered.acknowledged).toBeGreaterThan(0);
    expect(counts.duplicates).toBeGreaterThanOrEqual(unanswered.acknowledged ?? 0);
    publish(
      'ingest killed at each step',
      { rows: [1, 2], rounds: INGEST_STEPS.length },
      { ...counts, unanswered },
    );
  }, 120_000);

  test(
    'at random moments: every call that was answered 200 is stored once, and nothing that was not sent',
    async () => {
      const rounds = roundsOf(2);
      await using world = await openWorld();
      await using load = await openIngestLoad(world, RATE_PER_SECOND);
      const seed = seedOf(SEED);
      let random = seed;
      for (let round = 0; round < rounds; round += 1) {
        random = (random * 48_271) % 2_147_483_647;
        await using running = await load.start();
        await sleep(100 + (random % 1_400));
        running.child.kill('SIGKILL');
        await running.ended;
      }
      await using _last = await load.start();
      await answeredAfresh(load, 50);
      const { faults, counts } = await load.finish();
      expect(faults).toEqual(NO_FAULTS);
      expect(counts.acknowledged).toBe(counts.sent);
      publish('ingest killed at random', { rows: [1, 2], rounds, seed }, counts);
    },
    120_000 + roundsOf(2) * ROUND_MS,
  );
});

describe('ingest ended by SIGTERM under load', () => {
  test(
    'answers every request it has taken in and exits with 0',
    async () => {
      const rounds = roundsOf(1);
      await using world = await openWorld();
      await using load = await openIngestLoad(world, RATE_PER_SECOND);
      const failedAcks: string[] = [];
      const drainsMs: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        await using running = await load.start();
        await answeredAfresh(load, 100);
        const beganMs = Date.now();
        running.child.kill('SIGTERM');
        expect(await running.ended).toEqual({ code: 0, signal: null });
        drainsMs.push(Date.now() - beganMs);
        // Answers that are on their way into the ledger.
        await sleep(100);
        // What was taken in was stored; so what is stored and unanswered was taken in and left without its answer.
        const { faults, unanswered } = await load.look();
        expect(faults).toEqual(NO_FAULTS);
        failedAcks.push(...unanswered);
      }
      await using _last = await load.start();
      await answeredAfresh(load, 50);
      const { faults, counts } = await load.finish();
      failedAcks.push(...refusals(load));
      expect(failedAcks).toEqual([]);
      expect(faults).toEqual(NO_FAULTS);
      expect(counts.acknowledged).toBe(counts.sent);
      publish('ingest drained', { rows: [41], rounds }, { drainMs: spread(drainsMs), ...counts });
    },
    120_000 + roundsOf(1) * ROUND_MS,
  );
});
