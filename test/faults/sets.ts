/** Replica sets of a test's own, which may be killed, frozen and stepped down, and ways to ask them how they are. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import {
  startReplicaSet,
  type Member,
  type ReplicaSet,
  type ReplicaSetPlan,
} from '../../ops/mongod/start.ts';

/** Short, so that a test need not wait long for a primary. */
export const ELECTION_TIMEOUT_MS = 2_000;

/**
 * Starts a set; take it with `await using`.
 * @param nodes how many
 * @param more what differs from the usual
 * @throws where the test run has found no server
 */
export async function startSet(
  nodes: 1 | 3,
  more: Partial<ReplicaSetPlan> = {},
): Promise<ReplicaSet & AsyncDisposable> {
  const binary = process.env.CALLVIEWS_TEST_MONGOD_BINARY;
  if (binary === undefined) throw new Error('no server: run through `npm test`, which finds one');
  const set = await startReplicaSet({ nodes, binary, electionTimeoutMs: ELECTION_TIMEOUT_MS, ...more });
  return { ...set, [Symbol.asyncDispose]: () => set.stop() };
}

/**
 * Runs a command on one member, whatever it is in the set.
 * @returns the answer
 */
export async function ask(member: Member, command: object): Promise<Record<string, unknown>> {
  const uri = `mongodb://127.0.0.1:${member.port}/?directConnection=true`;
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 2_000, retryWrites: false });
  try {
    return await client.db('admin').command({ ...command });
  } finally {
    await client.close();
  }
}

/** Waits for a primary. */
export async function primaryOf(set: ReplicaSet): Promise<Member> {
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
export async function soundSet(set: ReplicaSet): Promise<Member> {
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
export async function electionOf(set: ReplicaSet): Promise<{ tookMs: number }> {
  const fromMs = Date.now();
  await primaryOf(set);
  return { tookMs: Date.now() - fromMs };
}
