/**
 * `npm run bench -- growth`: what an event costs the projector, and a call the disk, where few calls are stored and where many are. The
 * stored ones are folded calls with their buckets, without a log; the events that are measured are of new calls.
 */
import { Command } from 'commander';
import { MongoClient, type Db } from 'mongodb';
import { INGEST_SCHEMA } from '../../ingest/schema.ts';
import { findMongod } from '../../ops/mongod/find.ts';
import { startReplicaSet } from '../../ops/mongod/start.ts';
import { ensureSchema } from '../../ops/process/schema.ts';
import { contributionOf, createChangeSum, type ChangeSum } from '../../projector/contribute.ts';
import type { StoredCall } from '../../projector/documents.ts';
import { foldCalls } from '../../projector/fold.ts';
import { PROJECTOR_SCHEMA } from '../../projector/schema.ts';
import { EVENT_FIELDS, tokenOfNow } from '../../projector/tail.ts';
import { nestedCells } from '../../projector/views/cells.ts';
import { viewCollection, type StoredBucket } from '../../projector/views/view.ts';
import type { TailedEvent } from '../../ingest/contract.ts';
import { fillWithCopies } from './copies.ts';
import { inSlice } from './drain/slice.ts';
import { rounded } from './ingest/measures.ts';
import { eventsOfCall, fillLog } from './rebuild/log.ts';
import { beginBench } from './result.ts';

const options = new Command('bench-growth')
  .option('--calls <list>', 'numbers of stored calls', '100000,1000000')
  .option('--events <n>', 'events that are taken in at each', Number, 40_000)
  .parse()
  .opts<{ calls: string; events: number }>();

const AT_ONCE = 2_000;
/** An event may cost 1.2 × as much where most is stored. */
const AT_LEAST_OF_THE_LEAST = Math.round(100 / 1.2) / 100;
/** Calls a day at most: more lie on the days before it. */
const FOLDED = 100_000;
const DAY_MS = 86_400_000;
/** The last day of the stored calls, before those of the events. */
const BASE_MS = Date.parse('2026-11-01T00:00:00Z') - DAY_MS;

const bench = beginBench('growth', options);
const binary = await findMongod({
  report: (line) => void process.stderr.write(`${line}\n`),
  environment: process.env,
});
const rows: { calls: number; us: number; bytesACall: number; perSecond: number }[] = [];
for (const calls of options.calls.split(',').map(Number)) {
  const set = await startReplicaSet({ nodes: 1, binary, cacheSizeGb: 4, oplogSizeMb: 4_096 });
  const client = await new MongoClient(set.uri, { ignoreUndefined: true }).connect();
  try {
    const db = client.db('bench');
    const buckets = await store(db, calls);
    // After the calls: an index over what is there is built in one pass, many times quicker than call by call. It is denser than
    // one that grew with them, so the bytes on disk are the least that they can be.
    await ensureSchema(db, [...INGEST_SCHEMA, ...PROJECTOR_SCHEMA]);
    // Sizes are those of the last checkpoint, which this makes.
    await client.db('admin').command({ fsync: 1 });
    const { storageSize, indexSize } = await db.command({ dbStats: 1 });
    const events = db.collection<TailedEvent>('events');
    const token = await tokenOfNow({ events, fields: EVENT_FIELDS });
    const wanted = await fillLog(db, options.events, { firstCall: calls });
    const drained = await inSlice({
      uri: set.uri,
      who: 'ours',
      wanted,
      token,
      pid: set.members[0]?.pid ?? 0,
    });
    const bytesACall = Math.round((Number(storageSize) + Number(indexSize)) / calls);
    const us = Math.round(drained.nodeUs + drained.mongodUs);
    rows.push({ calls, us, bytesACall, perSecond: drained.eventsPerSecond });
    console.log(JSON.stringify({ calls, buckets, bytesACall, ...drained }));
  } finally {
    await client.close();
    await set.stop();
  }
}
rows.sort((a, b) => a.calls - b.calls);
const [least, most] = [rows[0], rows.at(-1)];
if (least !== undefined && most !== undefined) {
  console.log(JSON.stringify({ 'most to least, CPU an event': rounded(most.us / least.us) }));
  const where = (calls: number): string => `where ${calls} calls are stored`;
  const id = 'B11';
  bench.add({
    ...{ id, what: `an event, ${where(most.calls)}`, unit: 'µs CPU', value: most.us, better: 'less' },
    rivals: [{ what: where(least.calls), value: least.us, aim: AT_LEAST_OF_THE_LEAST }],
  });
  bench.add({
    ...{
      id,
      what: `taken in, ${where(most.calls)}`,
      unit: 'events/s',
      value: most.perSecond,
      better: 'more',
    },
    rivals: [{ what: where(least.calls), value: least.perSecond }],
  });
  bench.add({
    ...{
      id,
      what: `a call with its buckets, indexes freshly built, ${where(most.calls)}`,
      unit: 'bytes on disk',
    },
    ...{ value: most.bytesACall, better: 'less' },
    rivals: [{ what: where(least.calls), value: least.bytesACall }],
  });
  await bench.end();
}

/** Stores so many calls and the buckets they add up to: those of one day are folded, the days before it are copies that the server makes. */
async function store(db: Db, count: number): Promise<number> {
  const days = Math.ceil(count / FOLDED);
  const sum = createChangeSum();
  for (let first = 0; first < count / days; first += AT_ONCE) {
    const events: TailedEvent[] = [];
    for (let call = first; call < Math.min(first + AT_ONCE, count / days); call += 1)
      events.push(...eventsOfCall(call, { startMs: BASE_MS + Math.floor(((call * days) / count) * DAY_MS) }));
    const folded = foldCalls(events, []);
    for (const { call } of folded) sum.replace(null, contributionOf(call));
    const documents = folded.map(({ call, parts }) => ({ _id: call.callId, ...call, revision: 1, parts }));
    await db.collection<StoredCall>('calls').insertMany(documents, { ordered: false });
  }
  const buckets = await storeBuckets(db, sum);
  const names = (await db.listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name);
  for (const name of names)
    await fillWithCopies(db, name, {
      times: days,
      changed: (day) => daysBefore(name, day),
      onCopy: (day) => void process.stderr.write(`\r${name}: ${day + 1} of ${days} days   `),
    });
  return buckets * days;
}

/** What a copy of a call or bucket has else: it is of so many days before, under another id. */
function daysBefore(name: string, day: number) {
  const before = (at: string) => ({ $dateSubtract: { startDate: at, unit: 'day', amount: day } });
  const renamed = (id: string) => ({ $concat: [id, `~${day}`] });
  if (name !== 'calls') return { _id: { d: '$_id.d', k: '$_id.k', at: before('$_id.at') } };
  return {
    ...{ _id: renamed('$_id'), callId: renamed('$callId') },
    aliases: { $map: { input: '$aliases', in: renamed('$$this') } },
    ...{ startedAt: before('$startedAt'), endedAt: before('$endedAt') },
  };
}

async function storeBuckets(db: Db, sum: ChangeSum): Promise<number> {
  const changes = sum.changes();
  for (let first = 0; first < changes.length; first += AT_ONCE) {
    const byName = new Map<string, StoredBucket[]>();
    for (const { view, window, slice, atMs, add } of changes.slice(first, first + AT_ONCE)) {
      const buckets = byName.get(viewCollection(view, window)) ?? [];
      byName.set(viewCollection(view, window), buckets);
      const _id = { d: slice.dimension, k: slice.key, at: new Date(atMs) };
      buckets.push({ _id, revision: 1, ...nestedCells(add) });
    }
    for (const [name, buckets] of byName)
      await db.collection<StoredBucket>(name).insertMany(buckets, { ordered: false });
  }
  return changes.length;
}
