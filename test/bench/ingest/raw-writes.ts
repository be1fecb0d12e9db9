/** The same documents written without HTTP: insertMany as the limit, insertOne as the rival, the group commit as ours. */
import { randomBytes } from 'node:crypto';
import { Binary, MongoClient } from 'mongodb';
import { createAppend } from '../../../ingest/append.ts';
import type { StoredEvent } from '../../../ingest/event.ts';
import { createGroupCommit } from '../../../ingest/group-commit.ts';
import { elevenlabs } from '../../../ingest/providers/elevenlabs.ts';
import { recordOf, type Appendable } from '../../../ingest/record.ts';
import { INGEST_SCHEMA } from '../../../ingest/schema.ts';
import { ensureSchema } from '../../../ops/process/schema.ts';
import { SIZES, templatesOf, type Size } from './bodies.ts';
import { cpuUs } from './measures.ts';
import type { RawSlice } from './servers.ts';

const [uri = '', mongodPid = '0', size = 'W5', sliceMs = '1000', pairs = '1'] = process.argv.slice(2);
const client = await new MongoClient(uri, { ignoreUndefined: true }).connect();
const events = client.db('bench_raw').collection<StoredEvent>('events');
await ensureSchema(client.db('bench_raw'), INGEST_SCHEMA);
const DURABLE = { writeConcern: { w: 'majority', journal: true } } as const;
const samples = templatesOf(size in SIZES ? (size as Size) : 'W5').map(sampleOf);
let made = 0;

/** Each shape: how many work at once, and what each does again and again; resolves with the documents written. */
const commit = createGroupCommit({ append: createAppend(events) });
const SHAPES: Record<string, { workers: number; write(): Promise<number> }> = {
  'insertMany(1000), 2 in flight': { workers: 2, write: () => many(1_000) },
  'insertMany(128), 2 in flight': { workers: 2, write: () => many(128) },
  'group commit, 64 submitters': { workers: 64, write: committed },
  'group commit, 256 submitters': { workers: 256, write: committed },
  'insertOne × 64': { workers: 64, write: one },
  'insertOne × 32': { workers: 32, write: one },
};

for (let pair = 0; pair < Number(pairs); pair += 1) {
  for (const names of [Object.keys(SHAPES), Object.keys(SHAPES).reverse()])
    for (const name of names) process.stdout.write(`${JSON.stringify(await slice(name))}\n`);
}
await client.db('bench_raw').dropDatabase();
await client.close();

async function slice(shape: string): Promise<RawSlice> {
  const { workers = 0, write = one } = SHAPES[shape] ?? {};
  const [own, mongod, beganMs] = [process.cpuUsage(), cpuUs(Number(mongodPid)), performance.now()];
  const endMs = beganMs + Number(sliceMs);
  let documents = 0;
  const work = async (): Promise<void> => {
    while (performance.now() < endMs) {
      const written = await write();
      documents += written;
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  const spent = process.cpuUsage(own);
  return {
    shape,
    documents,
    tookMs: performance.now() - beganMs,
    clientUs: spent.user + spent.system,
    mongodUs: cpuUs(Number(mongodPid)) - mongod,
  };
}

async function many(count: number): Promise<number> {
  const documents = Array.from({ length: count }, () => next().event);
  const { insertedCount } = await events.insertMany(documents, { ordered: false, ...DURABLE });
  return insertedCount;
}

async function one(): Promise<number> {
  await events.insertOne(next().event, DURABLE);
  return 1;
}

async function committed(): Promise<number> {
  const { fate } = await commit.commit(next());
  if (fate !== 'stored') throw new Error(`the group commit answered ${fate}`);
  return 1;
}

/** A document of its own id, the rest shared. */
function next(): Appendable {
  made += 1;
  const sample = samples[made % samples.length];
  if (sample === undefined) throw new Error('the simulator gave no conversation');
  return { ...sample, event: { ...sample.event, _id: new Binary(randomBytes(16)) } };
}

function sampleOf(body: Buffer): Appendable {
  const target = '/webhooks/elevenlabs';
  const delivery = { endpoint: 'default', target, body, headers: {}, receivedAt: new Date() };
  const [found] = elevenlabs.identify(delivery);
  if (found?.readable !== true) throw new Error('a body of the benchmark cannot be read');
  const verdict = { ok: true, secretId: 'bench', scheme: 'elevenlabs-v0', skewMs: 0 } as const;
  return recordOf(found, { provider: elevenlabs, settingsVersion: '1', delivery, verdict });
}
