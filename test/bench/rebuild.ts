/**
 * `npm run bench rebuild`: how many events a second a version is built with, by one, two and four workers, beside what the
 * projector takes to fold the same log live. All in one process, on a replica set of its own; turns there and back.
 */
import { Command } from 'commander';
import { findMongod } from '../../ops/mongod/find.ts';
import { startReplicaSet } from '../../ops/mongod/start.ts';
import { alone } from '../../projector/rebuild/alone.ts';
import { buildVersion, type BuildWatch } from '../../projector/rebuild/build.ts';
import { dropVersions } from '../../projector/rebuild/versions.ts';
import { waitUntilCaughtUp } from '../support/caught-up.ts';
import { openTails } from '../support/tails.ts';
import { openWorld, type World } from '../support/world.ts';
import { median } from './ingest/measures.ts';
import { fillLog } from './rebuild/log.ts';
import { beginBench } from './result.ts';

const options = new Command('bench-rebuild')
  .option('--events <n>', 'events in the log', Number, 200_000)
  .option('--workers <list>', 'numbers of workers, in turn and back', '1,2,4')
  .parse()
  .opts<{ events: number; workers: string }>();
const turns = options.workers.split(',').map(Number);
const PATIENCE_MS = 3_600_000;

const bench = beginBench('rebuild', options);
const binary = await findMongod({
  report: (line) => void process.stderr.write(`${line}\n`),
  environment: process.env,
});
const set = await startReplicaSet({ nodes: 1, binary, cacheSizeGb: 1 });
try {
  await using world = await openWorld(set.uri);
  const events = await fillLog(world.db, options.events);
  await using _ = openTails(world, ['views']);
  const { tookMs } = await waitUntilCaughtUp(world.db, PATIENCE_MS);
  const live = perSecond(events, tookMs);
  console.log(JSON.stringify({ events, liveEventsPerSecond: live }));
  const built: Awaited<ReturnType<typeof build>>[] = [];
  for (const workers of [...turns, ...[...turns].reverse()]) {
    const one = await build(world, workers);
    built.push(one);
    console.log(JSON.stringify(one));
  }
  for (const workers of turns)
    bench.add({
      ...{ what: `built anew by ${workers} at once`, unit: 'events/s', better: 'more' },
      value: median(built.filter((one) => one.workers === workers).map((one) => one.eventsPerSecond)),
      rivals: [{ what: 'folded live', value: live }],
    });
  await bench.end();
} finally {
  await set.stop();
}

async function build({ client, db }: World, workers: number) {
  const signal = new AbortController().signal;
  return alone({ client, db, workers, signal }, async (workshop) => {
    const beganMs = performance.now();
    const passes: Record<string, number> = {};
    let pass = { what: '', beganMs };
    const watch: BuildWatch = {
      began: (what) => void (pass = { what, beganMs: performance.now() }),
      advanced: () => undefined,
      ended: () => void (passes[pass.what] = performance.now() - pass.beganMs),
    };
    const built = await buildVersion({ ...workshop, factsVersion: 0 }, watch);
    const seconds = (performance.now() - beganMs) / 1_000;
    await dropVersions(workshop);
    const { events, calls, buckets } = built;
    return {
      ...{ workers, events, calls, buckets, seconds: Math.round(seconds * 10) / 10 },
      eventsPerSecond: perSecond(events, seconds * 1_000),
      foldingPerSecond: perSecond(events, passes['events'] ?? 0),
      countingCallsPerSecond: perSecond(calls, passes['calls'] ?? 0),
    };
  });
}

function perSecond(count: number, ms: number): number {
  return Math.round((count * 1_000) / ms);
}
