/** Makes started mongods one replica set, new or taken over from another run's data, and waits until it takes writes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient, MongoServerError, type Document } from 'mongodb';
import type { MemberProcess } from './member.ts';

/** A first start on a slow disk, or the recovery of a large journal, stays well below this. */
const READY_LIMIT_MS = 60_000;
/** Between two looks. */
const LOOK_MS = 50;
/** Server error: this node has never been part of a set. */
const NOT_YET_INITIALIZED = 94;
/** States of a node that is in step: primary and secondary. */
const IN_STEP = new Set([1, 2]);

/** The set as it is to be. */
export type SetShape = { name: string; ports: number[]; electionTimeoutMs: number };

/**
 * Waits until a server answers and, on request, has its place in the set again.
 * @param process the server
 * @param target its port, and what to wait for: `up` it answers, `in step` it is primary or secondary, `primary`
 * @throws with the end of its log if it ends first, or after a minute
 */
export async function waitForMember(
  process: MemberProcess,
  target: { port: number; until: 'up' | 'in step' | 'primary' },
): Promise<void> {
  const given = new AbortController();
  const isThere = async (): Promise<boolean> => {
    const hello = await askMember(target.port, { hello: 1 });
    if (target.until === 'up' || hello.isWritablePrimary === true) return true;
    return target.until === 'in step' && hello.secondary === true;
  };
  const failed = process.ended.then((how) => {
    throw new Error(`starting the node on port ${target.port}: ${how}`);
  });
  const looking = until(isThere, { what: `port ${target.port}`, signal: given.signal });
  try {
    await Promise.race([failed, looking]);
  } finally {
    given.abort();
    // A look that is still under way holds a connection attempt: nothing of ours may run on after we returned.
    await Promise.allSettled([looking]);
  }
}

/**
 * Initiates a new set, or gives the set in the data its present ports.
 * @param shape the set as it is to be; all its nodes answer
 * @throws when the server refuses
 */
export async function configureSet(shape: SetShape): Promise<void> {
  const [first] = shape.ports;
  if (first === undefined) throw new Error('a replica set has at least one node');
  const present = await askMember(first, { replSetGetConfig: 1 }).catch((error: unknown) => {
    if (error instanceof MongoServerError && error.code === NOT_YET_INITIALIZED) return null;
    throw error;
  });
  const wanted = configOf(shape);
  if (present === null) {
    await askMember(first, { replSetInitiate: wanted });
    return;
  }
  const config = present.config as { version: number; members: { host: string }[] };
  const isSame =
    config.members.map((one) => one.host).join() === wanted.members.map((one) => one.host).join();
  // Forced: on other ports no node finds itself in the old configuration, so there is no primary to ask.
  if (!isSame)
    await askMember(first, {
      replSetReconfig: { ...config, ...wanted, version: config.version + 1 },
      force: true,
    });
}

/**
 * Waits until the set has a primary and every node is in step.
 * @param uri the set
 * @param nodes how many nodes it has
 * @throws after a minute
 */
export async function waitForSet(uri: string, nodes: number): Promise<void> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: READY_LIMIT_MS });
  const isReady = async (): Promise<boolean> => {
    const { members } = (await client.db('admin').command({ replSetGetStatus: 1 })) as {
      members: Document[];
    };
    return members.filter((one) => IN_STEP.has(Number(one.state))).length === nodes;
  };
  try {
    await client.connect();
    await until(isReady, { what: uri, signal: new AbortController().signal });
  } finally {
    await client.close();
  }
}

function configOf(shape: SetShape) {
  return {
    _id: shape.name,
    members: shape.ports.map((port, index) => ({ _id: index, host: `127.0.0.1:${port}` })),
    settings: {
      electionTimeoutMillis: shape.electionTimeoutMs,
      // Several heartbeats must fit into the time-out, or one late answer costs the primary its place.
      heartbeatIntervalMillis: Math.min(2_000, Math.floor(shape.electionTimeoutMs / 4)),
    },
  };
}

async function askMember(port: number, command: Document): Promise<Document> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: 1_000,
  });
  try {
    return await client.db('admin').command(command);
  } finally {
    await client.close();
  }
}

async function until(
  isTrue: () => Promise<boolean>,
  { what, signal }: { what: string; signal: AbortSignal },
): Promise<void> {
  const endAt = performance.now() + READY_LIMIT_MS;
  let last: unknown;
  while (!signal.aborted) {
    const isDone = await isTrue().catch((error: unknown) => {
      last = error;
      return false;
    });
    if (isDone) return;
    if (performance.now() > endAt)
      throw new Error(`${what} was not ready within ${READY_LIMIT_MS / 1000} s`, { cause: last });
    await sleep(LOOK_MS);
  }
}
