/** Real replica sets of one and three nodes: what the product relies on works, and survives killed servers and killed owners. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { startReplicaSet, type ReplicaSet, type ReplicaSetPlan } from '../../ops/mongod/start.ts';
import { isUnavailable } from '../../ops/process/mongo.ts';

const DURABLE = { writeConcern: { w: 'majority', j: true } } as const;

/** Plants nothing, but is refused where failures cannot be planted. */
const FAIL_POINT = { configureFailPoint: 'failCommand', mode: 'off' };

/** What the setup of the test run says of its own set. */
function shared(name: 'CALLVIEWS_TEST_MONGODB_URI' | 'CALLVIEWS_TEST_MONGOD_BINARY'): string {
  const value = process.env[name];
  if (value === undefined) throw new Error('no server: run through `npm test`, which starts one');
  return value;
}

const binary = (): string => shared('CALLVIEWS_TEST_MONGOD_BINARY');

type Running = { set: ReplicaSet; client: MongoClient } & AsyncDisposable;

async function running(plan: Omit<ReplicaSetPlan, 'binary'>): Promise<Running> {
  const set = await startReplicaSet({ binary: binary(), ...plan });
  const client = new MongoClient(set.uri, { serverSelectionTimeoutMS: 20_000 });
  return {
    set,
    client,
    async [Symbol.asyncDispose]() {
      await client.close();
      await set.stop();
    },
  };
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

async function eventually(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (let look = 0; look < 100; look += 1) {
    if (await isTrue()) return;
    await sleep(100);
  }
  throw new Error('not within ten seconds');
}

describe.each([1, 3] as const)('a set of %i', (nodes) => {
  test('takes durable inserts, shows them in a change stream, commits over two collections', async () => {
    await using it = await running({ nodes, electionTimeoutMs: 1_000 });
    const db = it.client.db('callviews');
    await db.createCollection('events');
    await db.createCollection('calls');
    await using stream = db.collection('events').watch([], { maxAwaitTimeMS: 100 });
    await stream.tryNext();
    await db.collection<{ _id: string }>('events').insertOne({ _id: 'first' }, DURABLE);
    expect(await stream.next()).toMatchObject({ operationType: 'insert', documentKey: { _id: 'first' } });
    await it.client.withSession((session) =>
      session.withTransaction(
        async () => {
          await db.collection<{ _id: string }>('events').insertOne({ _id: 'second' }, { session });
          await db.collection<{ _id: string }>('calls').insertOne({ _id: 'call' }, { session });
        },
        { readConcern: { level: 'snapshot' }, ...DURABLE },
      ),
    );
    expect(await db.collection('events').countDocuments()).toBe(2);
    expect(await db.collection('calls').countDocuments()).toBe(1);
  }, 60_000);

  test('keeps what it acknowledged when its primary is killed, and takes it back on the same port', async () => {
    await using it = await running({ nodes, electionTimeoutMs: 1_000 });
    const numbers = it.client.db('callviews').collection('numbers');
    await numbers.insertOne({ n: 1 }, DURABLE);
    const { primary } = await it.client.db('admin').command({ hello: 1 });
    const member = it.set.members.find((one) => primary === `127.0.0.1:${one.port}`);
    if (member === undefined) throw new Error('the primary is none of ours');
    const { pid, port } = member;
    await member.kill();
    expect(isAlive(pid)).toBe(false);
    // The driver tries twice; an election on a busy machine may take both.
    const written = (n: number): Promise<void> =>
      eventually(() =>
        numbers.updateOne({ n }, { $set: { n } }, { upsert: true, ...DURABLE }).then(
          () => true,
          (error: unknown) => (isUnavailable(error) ? false : Promise.reject(error as Error)),
        ),
      );
    if (nodes === 3) await written(2);
    await member.restart();
    expect(member.port).toBe(port);
    expect(member.pid).not.toBe(pid);
    await written(3);
    expect(await numbers.distinct('n')).toEqual(nodes === 3 ? [1, 2, 3] : [1, 3]);
  }, 60_000);
});

describe('one node', () => {
  test('is addressed as a set, on the loopback interface, without zlib, in the WiredTiger engine, without test commands', async () => {
    await using it = await running({ nodes: 1, oplogSizeMb: 64 });
    expect(it.set.uri).toMatch(/^mongodb:\/\/127\.0\.0\.1:\d+\/\?replicaSet=callviews$/);
    const admin = it.client.db('admin');
    expect(await admin.command({ getCmdLineOpts: 1 })).toMatchObject({
      parsed: { net: { bindIp: '127.0.0.1', compression: { compressors: 'snappy,zstd' } } },
    });
    expect(await admin.command({ serverStatus: 1 })).toMatchObject({ storageEngine: { name: 'wiredTiger' } });
    expect((await it.client.db('local').command({ collStats: 'oplog.rs' })).maxSize).toBe(64 * 2 ** 20);
    const limit = await admin.command({ getParameter: 1, transactionLifetimeLimitSeconds: 1 });
    expect(limit.transactionLifetimeLimitSeconds).toBe(10);
    await expect(admin.command(FAIL_POINT)).rejects.toMatchObject({ codeName: 'CommandNotFound' });
  });

  test('has its data again on another port when the folder is kept, and leaves none when not', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'callviews-kept-'));
    try {
      const uris: string[] = [];
      for (const run of [1, 2]) {
        await using it = await running({ nodes: 1, dataDir });
        uris.push(it.set.uri);
        const runs = it.client.db('callviews').collection('runs');
        await runs.insertOne({ run }, DURABLE);
        expect(await runs.countDocuments()).toBe(run);
      }
      expect(uris[0]).not.toBe(uris[1]);
    } finally {
      await rm(dataDir, { recursive: true });
    }
    const thrownAway = await startReplicaSet({ nodes: 1, binary: binary() });
    const folder = dirname(thrownAway.members[0]?.dbPath ?? '');
    expect(await exists(folder)).toBe(true);
    await thrownAway.stop();
    expect(await exists(folder)).toBe(false);
  });

  test('stops at once even when it is frozen', async () => {
    const set = await startReplicaSet({ nodes: 1, binary: binary() });
    const pid = set.members[0]?.pid ?? 0;
    await set.members[0]?.kill('SIGSTOP');
    const startedAt = performance.now();
    await set.stop();
    expect(isAlive(pid)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  test('does not outlive an owner that is killed, and its throw-away data go too', async () => {
    const program = `import { startReplicaSet } from './ops/mongod/start.ts';
      const { members } = await startReplicaSet({ nodes: 1, binary: ${JSON.stringify(binary())} });
      console.log(JSON.stringify({ pid: members[0].pid, dbPath: members[0].dbPath }));
      setInterval(() => undefined, 1_000);`;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
    const owner = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface({ input: owner.stdout }), 'line')) as [string];
    const { pid, dbPath } = JSON.parse(line) as { pid: number; dbPath: string };
    expect(isAlive(pid)).toBe(true);
    owner.kill('SIGKILL');
    await eventually(async () => !isAlive(pid) && !(await exists(dirname(dbPath))));
  });
});

test('in the set that all test files share, failures can be planted', async () => {
  await using client = new MongoClient(shared('CALLVIEWS_TEST_MONGODB_URI'));
  expect(await client.db('admin').command(FAIL_POINT)).toMatchObject({ ok: 1 });
});

test('a server that cannot start says why in the words of its log', async () => {
  const refused = startReplicaSet({ nodes: 1, binary: binary(), oplogSizeMb: -1 });
  await expect(refused).rejects.toThrow(/starting the node on port \d+: mongod ended[\s\S]*oplogSize/);
});
