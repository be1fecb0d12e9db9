/**
 * Rows 9 to 13 of the fault table, each on a replica set of its own under load: one node killed (-9) and started again,
 * the primary of three stepped down and killed, the majority lost. `FAULT_ROUNDS=10` raises the rounds from 3 (the killed
 * primary's from 1); give jest the time: `--testTimeout=900000`.
 */
import { describe, expect, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { startReplicaSet, type Member, type ReplicaSet } from '../../ops/mongod/start.ts';
import { NO_FAULTS } from '../support/ledger-check.ts';
import { openWorld } from '../support/world.ts';
import { answeredAfresh, openIngestLoad, publish, roundsOf, spread, type IngestLoad } from './ingest-load.ts';

const RATE_PER_SECOND = 100;
const ELECTION_TIMEOUT_MS = 2_000;
/** Below the election time-out, so that the primary stays one while the others are away. */
const AHEAD_MS = 700;
/** Ingest holds a request for 8 s; what was sent when the majority went is refused within this. */
const REFUSED_AFTER_MS = 11_000;
const ROUND_MS = 30_000;
const BASE_MS = 180_000;

async function startSet(nodes: 1 | 3): Promise<ReplicaSet & AsyncDisposable> {
  const binary = process.env.CALLVIEWS_TEST_MONGOD_BINARY;
  if (binary === undefined) throw new Error('no server: run through `npm test`, which finds one');
  const set = await startReplicaSet({ nodes, binary, electionTimeoutMs: ELECTION_TIMEOUT_MS });
  return { ...set, [Symbol.asyncDispose]: () => set.stop() };
}

/** Runs a command on one member, whatever it is in the set. */
async function ask(member: Member, command: object): Promise<Record<string, unknown>> {
  const uri = `mongodb://127.0.0.1:${member.port}/?directConnection=true`;
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 2_000, retryWrites: false });
  try {
    return await client.db('admin').command({ ...command });
  } finally {
    await client.close();
  }
}

async function primaryOf(set: ReplicaSet): Promise<Member> {
  for (let look = 0; look < 600; look += 1) {
    for (const member of set.members) {
      const hello = await ask(member, { hello: 1 }).catch(() => ({ isWritablePrimary: false }));
      if (hello.isWritablePrimary === true) return member;
    }
    await sleep(100);
  }
  throw new Error('no primary within a minute');
}

/** Waits until there is a primary and the others have all that it wrote: the next fault then meets a sound set. */
async function soundSet(set: ReplicaSet): Promise<Member> {
  for (let look = 0; look < 600; look += 1) {
    const primary = await primaryOf(set);
    const status = await ask(primary, { replSetGetStatus: 1 }).catch(() => ({ members: [] }));
    const members = (status.members ?? []) as { stateStr: string; optimeDate: Date }[];
    const latest = Math.max(...members.map(({ optimeDate }) => optimeDate.getTime()));
    const inStep = members.filter(
      ({ stateStr, optimeDate }) =>
        (stateStr === 'PRIMARY' || stateStr === 'SECONDARY') && latest - optimeDate.getTime() <= 2_000,
    );
    if (inStep.length === set.members.length) return primary;
    await sleep(100);
  }
  throw new Error('the set is not sound within a minute');
}

/** How long it takes from now until there is a primary. */
async function electionOf(set: ReplicaSet): Promise<{ tookMs: number }> {
  const fromMs = Date.now();
  await primaryOf(set);
  return { tookMs: Date.now() - fromMs };
}

/** The end of every test: all that was sent is answered, stored once, by one process that nobody started again. */
async function expectAllKept(load: IngestLoad, title: string, figures: object): Promise<void> {
  const { faults, counts } = await load.finish();
  publish(title, { ...figures, ...counts });
  expect(faults).toEqual(NO_FAULTS);
  expect(counts.acknowledged).toBe(counts.sent);
  // Since ingest listens its connections are there all the time: stored, or refused for now, and nothing else.
  const other = load.sending.answers.filter(
    ({ status, sentAtMs }) => sentAtMs >= load.listeningAtMs && status !== 200 && status !== 503,
  );
  expect(other).toEqual([]);
}

describe('one node killed and started again under load', () => {
  test(
    'is waited for or told by 503 with Retry-After, and what was answered 200 is stored once',
    async () => {
      await using set = await startSet(1);
      await using world = await openWorld(set.uri);
      await using load = await openIngestLoad(world, RATE_PER_SECOND);
      await using ingest = await load.start();
      const rounds = roundsOf(3);
      const recoveredMs: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        await answeredAfresh(load, 100);
        await set.members[0]?.kill();
        await sleep(200 + round * 700);
        await set.members[0]?.restart();
        recoveredMs.push((await answeredAfresh(load, 1)).tookMs);
      }
      await expectAllKept(load, 'one node killed', { rounds, recoveredMs: spread(recoveredMs) });
      expect(ingest.child.exitCode).toBeNull();
    },
    BASE_MS + roundsOf(3) * ROUND_MS,
  );
});

describe('three nodes under load', () => {
  test(
    'whose primary steps down lose nothing that was answered 200',
    async () => {
      await using set = await startSet(3);
      await using world = await openWorld(set.uri);
      await using load = await openIngestLoad(world, RATE_PER_SECOND);
      await using ingest = await load.start();
      const rounds = roundsOf(3);
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
      await expectAllKept(load, 'primary stepped down', {
        rounds,
        electedMs: spread(electedMs),
        recoveredMs: spread(recoveredMs),
      });
      expect(ingest.child.exitCode).toBeNull();
    },
    BASE_MS + roundsOf(3) * ROUND_MS,
  );

  test(
    'whose primary is killed while it is ahead of the others lose nothing that was answered 200',
    async () => {
      await using set = await startSet(3);
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
      await expectAllKept(load, 'primary killed', {
        rounds,
        electedMs: spread(electedMs),
        recoveredMs: spread(recoveredMs),
      });
      expect(ingest.child.exitCode).toBeNull();
    },
    BASE_MS + roundsOf(1) * ROUND_MS,
  );

  test(
    'that have lost their majority answer nothing with 200 until it is back',
    async () => {
      await using set = await startSet(3);
      await using world = await openWorld(set.uri);
      await using load = await openIngestLoad(world, RATE_PER_SECOND);
      await using ingest = await load.start();
      await answeredAfresh(load, 100);
      const primary = await soundSet(set);
      const others = set.members.filter((member) => member.port !== primary.port);
      await Promise.all(others.map((member) => member.kill('SIGSTOP')));
      const lostAtMs = Date.now();
      await sleep(REFUSED_AFTER_MS);
      const answered = load.sending.answers.filter(({ sentAtMs }) => sentAtMs >= lostAtMs);
      await Promise.all(others.map((member) => member.kill('SIGCONT')));
      const { tookMs } = await answeredAfresh(load, 1);
      expect(answered.filter(({ status }) => status === 200)).toEqual([]);
      expect(answered.filter(({ status }) => status === 503).length).toBeGreaterThan(0);
      await expectAllKept(load, 'majority lost', { forMs: REFUSED_AFTER_MS, recoveredMs: tookMs });
      expect(ingest.child.exitCode).toBeNull();
    },
    BASE_MS,
  );
});
