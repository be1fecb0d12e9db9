/** The jobs process: `job NAME` runs one by hand and ends; without words all that have a time table run by the clock. */
import { loadConfig } from '../ops/process/config.ts';
import { watchDriver } from '../ops/process/driver-metrics.ts';
import { createLog } from '../ops/process/log.ts';
import { connectMongo } from '../ops/process/mongo.ts';
import { startOperationsPort } from '../ops/process/port.ts';
import { run, type RunContext } from '../ops/process/run.ts';
import { checkSchema } from '../ops/process/schema.ts';
import { commandLine, type Asked } from './command-line.ts';
import { JOBS } from './index.ts';
import { createJobsMetrics } from './metrics.ts';
import { createVendors } from './reconcile/vendors.ts';
import { startSchedule } from './schedule.ts';
import { JOBS_SCHEMA } from './schema.ts';
import { JOBS_SETTINGS } from './settings.ts';

const [mode, ...words] = process.argv.slice(2);
if (mode === 'job') await commandLine(JOBS, byHand).parseAsync(words, { from: 'user' });
else await run('jobs', byClock);

async function open({ defer, signal }: RunContext, byWhom: 'hand' | 'clock') {
  const config = loadConfig(JOBS_SETTINGS);
  // By hand, stdout is for the person; the log goes beside it.
  const log = createLog('jobs', config.LOG_LEVEL, byWhom === 'hand' ? process.stderr : undefined);
  const metrics = createJobsMetrics(JOBS.map((job) => job.name));
  const { MONGODB_URI: uri, MONGODB_DATABASE: database } = config;
  const mongo = await connectMongo({ uri, database, appName: 'callviews-jobs', log });
  defer('mongo', mongo.close);
  watchDriver(mongo.client, metrics.registry);
  const print = (line: string): void => {
    if (byWhom === 'hand') process.stdout.write(`${line}\n`);
    else log.info(line);
  };
  const vendors = createVendors(config, signal);
  const parts = { db: mongo.db, log, metrics, signal, print, vendors };
  return { config, ready: mongo.ready, parts };
}

async function byHand({ job, options, args }: Asked): Promise<void> {
  await run('jobs', async (context) => {
    const { parts } = await open(context, 'hand');
    if (job.preparesDatabase !== true) await checkSchema(parts.db, JOBS_SCHEMA);
    const running = job.run(parts, options, args);
    // Told to end, a job comes to the end of what it is at before the connection goes.
    context.defer(job.name, () => running.catch(() => undefined));
    if ((await running) === 'failed') process.exitCode = 1;
    return 'finished';
  });
}

async function byClock(context: RunContext): Promise<'finished' | undefined> {
  const { defer, checkOnly } = context;
  if (checkOnly) {
    loadConfig(JOBS_SETTINGS);
    return 'finished';
  }
  const { config, ready, parts } = await open(context, 'clock');
  const { db, log, metrics } = parts;
  await checkSchema(db, JOBS_SCHEMA);
  const { OPS_HOST: host, JOBS_OPS_PORT: port } = config;
  const plan = { host, port, registry: metrics.registry, isReady: ready, log };
  const operations = await startOperationsPort(plan);
  defer('operations port', operations.close);
  const { elevenlabs, twilio } = parts.vendors;
  const mayAsk = elevenlabs !== null || twilio !== null;
  if (!mayAsk) log.info("calls are not reconciled by the clock: no access to a vendor's API is configured");
  const schedule = await startSchedule(
    JOBS.filter((job) => mayAsk || job.needsVendors !== true),
    parts,
  );
  defer('schedule', schedule.stop);
  log.info('ready');
  return undefined;
}
