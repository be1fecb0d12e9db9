/**
 * One slice of the bench of the backlog by another road: an event store whose inline projections are written with each append.
 * A stream is one hour of one slice, since a projection sees one stream alone; each call is told to the streams of its slices once.
 * Its packages are installed apart (`npm install --prefix test/bench`).
 */
import { json } from 'node:stream/consumers';
import { readFileSync } from 'node:fs';
import { getMongoDBEventStore, mongoDBInlineProjection } from '@event-driven-io/emmett-mongodb';
import { projections } from '@event-driven-io/emmett';
import { MongoClient } from 'mongodb';

const { uri, wanted, pid } = await json(process.stdin);
const client = await new MongoClient(uri).connect();
const db = client.db('bench_emmett');
await db.dropDatabase();

/** What an append adds up to: calls, and their length. */
const counts = (name) =>
  mongoDBInlineProjection({
    name,
    canHandle: ['CallSpoken'],
    evolve: (bucket, { data }) => ({
      calls: (bucket?.calls ?? 0) + 1,
      durationMs: (bucket?.durationMs ?? 0) + data.durationMs,
    }),
  });
const store = getMongoDBEventStore({
  client,
  storage: { type: 'SINGLE_COLLECTION', databaseName: 'bench_emmett', collectionName: 'streams' },
  projections: projections.inline(['duration', 'outcome', 'sentiment'].map(counts)),
});

const begun = { atMs: performance.now(), nodeUs: cpuUs(process.pid), mongodUs: cpuUs(pid) };
const log = client.db('bench').collection('events');
const first = await log.find().sort({ logAt: 1 }).limit(1).next();
const stream = log.watch([], { startAtOperationTime: first.logAt });
let taken = 0;
while (taken < wanted) {
  const { fullDocument: event } = await stream.next();
  taken += 1;
  const { assignment, durationMs } = event.facts.groups;
  if (assignment === undefined) continue;
  const hour = event.eventAt.toISOString().slice(0, 13);
  const { agentId, campaignId, language } = assignment.value;
  const slices = [
    'all',
    `agent-${agentId}`,
    `campaign-${campaignId}`,
    `provider-${event.provider}`,
    `language-${language}`,
  ];
  for (const slice of slices)
    await store.appendToStream(`hourly:${slice}-${hour}`, [
      { type: 'CallSpoken', data: { durationMs: durationMs.value } },
    ]);
}
const seconds = (performance.now() - begun.atMs) / 1_000;
const drained = {
  events: taken,
  seconds: rounded(seconds),
  eventsPerSecond: Math.round(taken / seconds),
  nodeUs: rounded((cpuUs(process.pid) - begun.nodeUs) / taken),
  mongodUs: rounded((cpuUs(pid) - begun.mongodUs) / taken),
  mostMb: Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1_024),
};
await stream.close();
await client.close();
process.stdout.write(JSON.stringify(drained));

/** As in `ingest/measures.ts`, which this program, run without TypeScript, cannot import. */
function cpuUs(process) {
  const stat = readFileSync(`/proc/${process}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

function rounded(value) {
  return Math.round(value * 10) / 10;
}
