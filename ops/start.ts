/** `npm start`: the four processes on `MONGODB_URI`, or on an embedded replica set with its data in `.data/`. */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIfNeeded } from './build.ts';
import { createLaunch, runToEnd, type LaunchPlan } from './launch.ts';
import { findMongod } from './mongod/find.ts';
import { startReplicaSet } from './mongod/start.ts';
import { run } from './process/run.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const say = (line: string): void => void process.stderr.write(`${line}\n`);

await run('callviews', async ({ defer, fail, signal }) => {
  await buildIfNeeded(root, say);
  let uri = process.env.MONGODB_URI ?? '';
  if (uri === '') {
    const binary = await findMongod({ environment: process.env, report: say });
    const set = await startReplicaSet({ binary, nodes: 1, dataDir: join(root, '.data') });
    defer('replica set', set.stop);
    uri = set.uri;
  }
  const environment: Record<string, string> = { MONGODB_URI: uri };
  for (const [name, value] of Object.entries(process.env))
    if (value !== undefined && value !== '') environment[name] ??= value;
  const plan: LaunchPlan = {
    root,
    environment,
    onLine: (_name, line) => void process.stdout.write(`${line}\n`),
    onExit: (name, code) => {
      if (!signal.aborted) fail(new Error(`${name} ended with ${code ?? 'a signal'}`));
    },
  };
  await runToEnd(plan, ['dist/jobs/main.js', 'job', 'prepare-database']);
  const launch = createLaunch(plan);
  defer('processes', launch.stop);
  const processes = await launch.start();
  const portOf = (name: string): number => processes.find((one) => one.name === name)?.port ?? 0;
  say(`callviews runs: dashboard http://127.0.0.1:${portOf('api')}/, webhooks on port ${portOf('ingest')}`);
  return undefined;
});
