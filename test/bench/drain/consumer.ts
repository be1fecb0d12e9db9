/** One slice of the bench of the backlog, as a process: reads what to do on stdin, takes the events, prints what it took. */
import { json } from 'node:stream/consumers';
import { MongoClient } from 'mongodb';
import { cpuUs, memoryMb, rounded } from '../ingest/measures.ts';
import type { ConsumerName, Drained, Slice } from './contract.ts';
import { bare, naive } from './plain.ts';
import { gathered, ours, single, type Consume } from './projectors.ts';

const consumers: Record<Exclude<ConsumerName, 'emmett'>, Consume> = { bare, ours, gathered, single, naive };

const slice = (await json(process.stdin)) as Slice;
const client = await new MongoClient(slice.uri, { ignoreUndefined: true }).connect();
if (slice.who === 'emmett') throw new Error('it is a program of its own');
const consume = consumers[slice.who];
const begun = { atMs: performance.now(), nodeUs: cpuUs(process.pid), mongodUs: cpuUs(slice.pid) };
const events = await consume({ client, db: client.db('bench'), ...slice });
const seconds = (performance.now() - begun.atMs) / 1_000;
const drained: Drained = {
  events,
  seconds: rounded(seconds),
  eventsPerSecond: Math.round(events / seconds),
  nodeUs: rounded((cpuUs(process.pid) - begun.nodeUs) / events),
  mongodUs: rounded((cpuUs(slice.pid) - begun.mongodUs) / events),
  mostMb: memoryMb(process.pid).most,
};
await client.close();
process.stdout.write(JSON.stringify(drained));
