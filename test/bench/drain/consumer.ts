/** One slice of the bench of the backlog, as a process: reads what to do on stdin, takes the events, prints what it took. */
import { json } from 'node:stream/consumers';
import { MongoClient } from 'mongodb';
import { cpuUs, memoryMb, rounded } from '../ingest/measures.ts';
import type { ConsumerName, Drained, Slice } from './contract.ts';
import { bare, naive } from './plain.ts';
import { readRecorded, record, replay } from './recorded.ts';
import { gathered, ours, single, type Consume } from './projectors.ts';

const consumers: Record<Exclude<ConsumerName, 'emmett' | 'writes'>, Consume> = {
  bare,
  ours,
  gathered,
  single,
  naive,
};

const slice = (await json(process.stdin)) as Slice;
const monitorCommands = slice.recordTo !== undefined;
const client = await new MongoClient(slice.uri, { ignoreUndefined: true, monitorCommands }).connect();
const endRecord = slice.recordTo === undefined ? null : record(client, slice.recordTo);
const consume = await consumerOf(slice);
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
await endRecord?.();
process.stdout.write(JSON.stringify(drained));

async function consumerOf({ who, recordedIn }: Slice): Promise<Consume> {
  if (who === 'emmett') throw new Error('it is a program of its own');
  if (who !== 'writes') return consumers[who];
  const commands = await readRecorded(recordedIn ?? '');
  return (backlog) => replay(backlog, commands);
}
