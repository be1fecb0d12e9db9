/**
 * Rows 9 to 13 of the fault table, each on a replica set of its own under load: one node killed (-9) and started again,
 * the primary of three stepped down and killed, the majority lost. `npm run prove` raises the rounds.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { NO_FAULTS } from '../support/ledger-check.ts';
import { openWorld } from '../support/world.ts';
import { answeredAfresh, openIngestLoad, type IngestLoad } from './ingest-load.ts';
import { publish, roundsOf, spread, type Proved } from './rounds.ts';
import { ask, electionOf, soundSet, startSet } from './sets.ts';

const RATE_PER_SECOND = 100;
/** Below the election time-out, so that the primary stays one while the others are away. */
const AHEAD_MS = 700;
const ROUND_MS = 30_000;
const BASE_MS = 180_000;

/** The end of every test: all that was sent is answered, stored once, by one process that nobody started again. */
async function expectAllKept(
  load: IngestLoad,
  { title, figures, ...proved }: Proved & { title: string; figures: object },
): Promise<void> {
  const { faults, counts } = await load.finish();
  expect(faults).toEqual(NO_FAULTS);
  expect(counts.acknowledged).toBe(counts.sent);
  // Since ingest listens its connections are there all the time: stored, or refused for now, and nothing else.
  const other = load.sending.answers.filter(
    ({ status, sentAtMs }) => sentAtMs >= load.listeningAtMs && status !== 200 && status !== 503,
  );
  expect(other).toEqual([]);
  publish(title, proved, { ...figures, ...counts });
}

describe('one node killed and started again under load', () => {
  test(
    'is waited for or told by 503 with Retry-After, and what was answered 200 is stored once',
    async () => {
      await using set = await startSet(1);
      await using world = await openWorld(set.uri);
      await using load = await openIngestLoad(world, RATE_PER_SECOND);
      await using ingest = await load.start();
      const rounds = roundsOf(1);
      const recoveredMs: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        await answeredAfresh(load, 100);
        await set.members[0]?.kill();
        await sleep(200 + round * 700);
        await set.members[0]?.restart();
        recoveredMs.push((await answeredAfresh(load, 1)).tookMs);
      }
      const figures = { recoveredMs: spread(recoveredMs) };
      await expectAllKept(load, { title: 'one node killed under ingest', rows: [13], rounds, figures });
      expect(ingest.child.exitCode).toBeNull();
    },
    BASE_MS + roundsOf(1) * ROUND_MS,
  );
});

describe('three nodes under load', () => {
  // One after the other on one set: each leaves it sound.
  let set: Awaited<ReturnType<typeof startSet>>;
  beforeAll(async () => {
    set = await startSet(3);
  }, 60_000);
  afterAll(async () => set[Symbol.asyncDispose]());

  test(
    'whose primary steps down lose nothing that was answered 200',
    async () => {
      await using world = await openWorld(set.uri);
      await using load = await openIngestLoad(world, RATE_PER_SECOND);
      await using ingest = await load.start();
      const rounds = roundsOf(1);
      const electedMs: number[] = [];
      const recoveredMs: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        await answeredAfresh(load, 100);
        const primary = await soundSet(set);
        // Forced: it does not wait until another node has all that it wrote.
        await ask(primary, { replSetStepDown: 4, secondaryCatchUpPeriodSecs: 0, force: true });
        const [elected, answered] = await Promise.all([electionOf(set), answeredAfresh(load, 1)]);
        electedMs.push(elected.tookMs);
        recoveredMs.push(answered.tookMs);
      }
      const figures = { electedMs: spread(electedMs), recoveredMs: spread(recoveredMs) };
      await expectAllKept(load, { title: 'primary stepped down', rows: [9], rounds, nodes: 3, figures });
      expect(ingest.child.exitCode).toBeNull();
    },
    BASE_MS + roundsOf(1) * ROUND_MS,
  );

  test(
    'whose primary is killed while it is ahead of the others lose nothing that was answered 200',
    async () => {
      await using world = await openWorld(set.uri);
      await using load = await openIngestLoad(world, RATE_PER_SECOND);
      await using ingest = await load.start();
      const rounds = roundsOf(1);
      const electedMs: number[] = [];
      const recoveredMs: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        await answeredAfresh(load, 100);
        const primary = await soundSet(set);
        // What it writes now nobody else has: it is rolled back when it returns, so none of it may have been answered 200. A
        // frozen member would not do: the primary streams the oplog into its socket.
        const others = set.members.filter((member) => member.port !== primary.port);
        await Promise.all(others.map((member) => member.kill()));
        await sleep(AHEAD_MS);
        await primary.kill();
        await Promise.all(others.map((member) => member.restart()));
        const [elected, answered] = await Promise.all([electionOf(set), answeredAfresh(load, 1)]);
        electedMs.push(elected.tookMs);
        recoveredMs.push(answered.tookMs);
        await primary.restart();
      }
      const figures = { electedMs: spread(electedMs), recoveredMs: spread(recoveredMs) };
      await expectAllKept(load, { title: 'primary killed ahead', rows: [10, 12], rounds, nodes: 3, figures });
      expect(ingest.child.exitCode).toBeNull();
    },
    BASE_MS + roundsOf(1) * ROUND_MS,
  );

  test(
    'that have lost their majority answer nothing with 200 until it is back',
    async () => {
      await using world = await openWorld(set.uri);
      await using load = await openIngestLoad(world, RATE_PER_SECOND);
      await using ingest = await load.start();
      await answeredAfresh(load, 100);
      const primary = await soundSet(set);
      const others = set.members.filter((member) => member.port !== primary.port);
      await Promise.all(others.map((member) => member.kill('SIGSTOP')));
      const lostAtMs = Date.now();
      const answeredSince = () => load.sending.answers.filter(({ sentAtMs }) => sentAtMs >= lostAtMs);
      // Ingest holds a request for 8 s; the majority stays away until what was sent without it is refused.
      for (let look = 0; look < 300 && !answeredSince().some(({ status }) => status === 503); look += 1)
        await sleep(100);
      const answered = answeredSince();
      const forMs = Date.now() - lostAtMs;
      await Promise.all(others.map((member) => member.kill('SIGCONT')));
      const { tookMs } = await answeredAfresh(load, 1);
      expect(answered.filter(({ status }) => status === 200)).toEqual([]);
      expect(answered.filter(({ status }) => status === 503).length).toBeGreaterThan(0);
      const figures = { forMs, recoveredMs: tookMs };
      await expectAllKept(load, { title: 'majority lost', rows: [11], rounds: 1, nodes: 3, figures });
      expect(ingest.child.exitCode).toBeNull();
    },
    BASE_MS,
  );
});
