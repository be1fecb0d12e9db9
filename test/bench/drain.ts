/**
 * `npm run bench -- drain`: a backlog taken from the change stream by the projector, and by those it is compared with, over one
 * mongod and the same log; each slice a fresh process, in turns there and back, ratios within a pass.
 */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { MongoClient, type Db } from 'mongodb';
import { findMongod } from '../../ops/mongod/find.ts';
import { startReplicaSet } from '../../ops/mongod/start.ts';
import { ensureSchema } from '../../ops/process/schema.ts';
import { INGEST_SCHEMA } from '../../ingest/schema.ts';
import { PROJECTOR_SCHEMA } from '../../projector/schema.ts';
import { EVENT_FIELDS, tokenOfNow } from '../../projector/tail.ts';
import type { TailedEvent } from '../../ingest/contract.ts';
import { CONSUMERS, type ConsumerName, type Drained } from './drain/contract.ts';
import { inSlice } from './drain/slice.ts';
import { machineTicks, median, rounded } from './ingest/measures.ts';
import { fillLog } from './rebuild/log.ts';
import { beginBench } from './result.ts';

const options = new Command('bench-drain')
  .option('--events <n>', 'events in the backlog', Number, 200_000)
  .option('--slow-events <n>', 'events that those who write one by one take of it', Number, 3_000)
  .option('--agents <n>', 'agents over which the calls are spread: many mean many buckets', Number, 60)
  .option('--passes <n>', 'turns, each the other way round than the one before', Number, 2)
  .option('--only <list>', 'some consumers', Object.keys(CONSUMERS).join(','))
  .parse()
  .opts<{ events: number; slowEvents: number; agents: number; passes: number; only: string }>();

const INSTALLED_APART = fileURLToPath(new URL('./node_modules/', import.meta.url));
type Row = Drained & { who: ConsumerName; pass: number };

/** How many times as good as each ours has to be; of a drain that does nothing, a share. */
const AIMS: Record<'B4' | 'B5', Partial<Record<ConsumerName, number>>> = {
  B4: { bare: 0.35, naive: 20 },
  B5: { writes: 0.6 },
};
/** What ours wrote in a run that is not measured. */
const WRITTEN = join(tmpdir(), `callviews-bench-drain-${process.pid}.bson`);
/** From so many agents on the backlog is a scattered one. */
const MANY_AGENTS = 10_000;

const before = machineTicks();
const bench = beginBench('drain', options);
const binary = await findMongod({
  report: (line) => void process.stderr.write(`${line}\n`),
  environment: process.env,
});
const set = await startReplicaSet({ nodes: 1, binary, cacheSizeGb: 2, oplogSizeMb: 4_096 });
const client = await new MongoClient(set.uri, { ignoreUndefined: true }).connect();
try {
  const db = client.db('bench');
  await ensureSchema(db, [...INGEST_SCHEMA, ...PROJECTOR_SCHEMA]);
  const events = db.collection<TailedEvent>('events');
  const token = await tokenOfNow({ events, fields: EVENT_FIELDS });
  const stored = await fillLog(db, options.events, { agents: options.agents });
  const names = options.only.split(',').filter(isThere);
  const rows: Row[] = [];
  const pid = set.members[0]?.pid ?? 0;
  if (names.includes('writes'))
    await inSlice({ uri: set.uri, who: 'ours', wanted: stored, token, pid, recordTo: WRITTEN });
  for (let pass = 0; pass < options.passes; pass += 1) {
    for (const who of pass % 2 === 0 ? names : [...names].reverse()) {
      await empty(db);
      const wanted = CONSUMERS[who].oneByOne ? Math.min(stored, options.slowEvents) : stored;
      const drained = await inSlice({ uri: set.uri, who, wanted, token, pid, recordedIn: WRITTEN });
      rows.push({ who, pass, ...drained });
      console.log(JSON.stringify(rows.at(-1)));
    }
  }
  console.table(Object.fromEntries(names.map((who) => [CONSUMERS[who].what, summaryOf(rows, who)])));
  if (names.includes('ours')) await keep(names, rows);
  const after = machineTicks();
  const stolenPercent = rounded((100 * (after.stolen - before.stolen)) / (after.all - before.all));
  console.log(JSON.stringify({ ...options, stored, node: process.version, stolenPercent }));
} finally {
  await client.close();
  await set.stop();
  await rm(WRITTEN, { force: true });
}

function isThere(name: string): name is ConsumerName {
  if (!Object.hasOwn(CONSUMERS, name)) throw new Error(`no such consumer: ${name}`);
  if (name !== 'emmett' || existsSync(INSTALLED_APART)) return true;
  console.log('left out, not installed (npm install --prefix test/bench): emmett');
  return false;
}

async function keep(names: readonly ConsumerName[], rows: readonly Row[]): Promise<void> {
  const id = options.agents < MANY_AGENTS ? 'B4' : 'B5';
  const of = (who: ConsumerName) => summaryOf(rows, who);
  const others = names.filter((who) => who !== 'ours');
  bench.add({
    ...{ id, what: 'taken in', unit: 'events/s', better: 'more', value: of('ours').eventsPerSecond },
    rivals: others.map((who) => ({
      ...{ what: CONSUMERS[who].what, value: of(who).eventsPerSecond },
      ...(who in AIMS[id] && { aim: AIMS[id][who] ?? 1 }),
    })),
  });
  const cpu = (who: ConsumerName): number => Math.round(of(who)['µs of node'] + of(who)['µs of mongod']);
  bench.add({
    ...{ id, what: 'an event, node and mongod', unit: 'µs CPU', better: 'less', value: cpu('ours') },
    rivals: others.map((who) => ({ what: CONSUMERS[who].what, value: cpu(who) })),
  });
  await bench.end();
}

/** What the projector writes goes; the log stays. */
async function empty(db: Db): Promise<void> {
  for (const { name } of PROJECTOR_SCHEMA) await db.collection(name).drop();
  await db.dropCollection('naive').catch(() => undefined);
  await ensureSchema(db, PROJECTOR_SCHEMA);
}

/** Medians over the passes; ratios are those of one pass each. */
function summaryOf(rows: readonly Row[], who: ConsumerName) {
  const mine = rows.filter((row) => row.who === who);
  const oursTimes = mine.map((row) => {
    const ours = rows.find((other) => other.who === 'ours' && other.pass === row.pass);
    return ours === undefined ? 0 : ours.eventsPerSecond / row.eventsPerSecond;
  });
  return {
    eventsPerSecond: Math.round(median(mine.map((row) => row.eventsPerSecond))),
    'µs of node': rounded(median(mine.map((row) => row.nodeUs))),
    'µs of mongod': rounded(median(mine.map((row) => row.mongodUs))),
    'ours is ×': Math.round(median(oursTimes) * 100) / 100,
    'MB at most': median(mine.map((row) => row.mostMb)),
  };
}
