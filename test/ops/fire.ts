/** `npx tsx test/ops/fire.ts [FILE [ALERT]]`: real causes against the running product under a real Prometheus, until each one's alerts fire. */
import { MongoClient, type Db } from 'mongodb';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { buildIfNeeded } from '../../ops/build.ts';
import { findMongod } from '../../ops/mongod/find.ts';
import { startReplicaSet } from '../../ops/mongod/start.ts';
import { startProcess } from '../support/processes.ts';
import { standardRequest, TEST_SECRETS } from '../support/webhooks.ts';
import { openWorld } from '../support/world.ts';
import { startPrometheus } from './real-prometheus.ts';
import { openProduct, until, type RunningProduct } from './running.ts';

/** Twelve times as quick: a minute is five seconds, and what is compared with 15 s with 1.25 s. */
const FACTOR = 12;
const PATIENCE_MS = 240_000;

/** One cause: what is done, which alerts must fire, and how it is undone. */
type Cause = { what: string; alerts: string[]; act(): Promise<void>; undo?(): Promise<void> };
type Fired = { alert: string; cause: string; firedAfterMs: number; overAfterMs: number | null };

const say = (line: string): void => void process.stdout.write(`${new Date().toISOString()} ${line}\n`);
const [file, only] = process.argv.slice(2);
let visits = 0;
const report = (line: string): void => void process.stderr.write(`${line}\n`);
await buildIfNeeded(fileURLToPath(new URL('../..', import.meta.url)), report);
const set = await startReplicaSet({
  nodes: 1,
  binary: await findMongod({ report, environment: process.env }),
});
try {
  // Not dropped: it goes with the set, which is down by then.
  const world = await openWorld(set.uri);
  await using _client = world.client;
  await using product = await openProduct(world);
  await using prometheus = await startPrometheus(product.targets, FACTOR);
  await product.report('first');
  // Slow enough for the limit of requests of one asker.
  const living = setInterval(() => void visit(product), 1_000);
  const fired: Fired[] = [];
  const causes = causesOf(product, world.db, set.uri).filter(
    ({ alerts }) => only === undefined || alerts.includes(only),
  );
  for (const cause of causes) {
    fired.push(...(await see(cause, prometheus)));
    if (file !== undefined) await writeFile(file, tableOf(fired));
  }
  clearInterval(living);
} finally {
  await set.stop();
}

/** A reader and a sender, so that there are rates. */
async function visit({ apiUrl, report: send }: RunningProduct): Promise<void> {
  visits += 1;
  await Promise.allSettled([
    fetch(`${apiUrl}/api/db/analytics/outcomes?startDate=2026-01-${10 + (visits % 20)}`),
    // What is kept is answered without the database too; this is not kept.
    fetch(`${apiUrl}/api/db/calls`),
    send(`v${visits}`),
  ]);
}

function causesOf(product: RunningProduct, db: Db, uri: string): Cause[] {
  const post = async (body: object | Buffer, secret: string): Promise<void> => {
    const {
      target,
      headers,
      body: bytes,
    } = standardRequest(`msg_${Math.round(performance.now() * 1_000)}`, body, { secret });
    await fetch(product.ingestUrl + target, { method: 'POST', headers, body: new Uint8Array(bytes) });
  };
  let repeating: NodeJS.Timeout | undefined;
  const stop = (): Promise<void> => {
    clearInterval(repeating);
    return Promise.resolve();
  };
  return [
    {
      what: 'a bucket is altered by hand behind the projector’s back; the audit of the next minute recounts it',
      alerts: ['ViewsDrift'],
      async act() {
        await until('a bucket', async () => (await db.collection('outcome_hourly').findOne()) ?? undefined);
        await db.collection('outcome_hourly').updateMany({}, { $inc: { total: 7 } });
      },
    },
    {
      what: 'a sender signs with another secret',
      alerts: ['SignatureFailures'],
      act: () => {
        repeating = setInterval(() => void post({ type: 'x' }, TEST_SECRETS.standard[1]), 100);
        return Promise.resolve();
      },
      undo: stop,
    },
    {
      what: 'a rightly signed body is no JSON',
      alerts: ['QuarantineNotEmpty'],
      act: () => post(Buffer.from('no JSON'), TEST_SECRETS.standard[0]),
      async undo() {
        await db.collection('quarantine').deleteMany({});
      },
    },
    {
      what: 'the only projector is killed',
      alerts: ['ViewsStale', 'ProjectorStalled', 'ProcessDown'],
      act: () => {
        product.processes.projector.child.kill('SIGKILL');
        return Promise.resolve();
      },
      async undo() {
        const port = product.targets.projector.split(':')[1] ?? '';
        const env = { MONGODB_URI: uri, MONGODB_DATABASE: db.databaseName, PROJECTOR_OPS_PORT: port };
        await startProcess({ name: 'projector', env }).said('lease taken');
      },
    },
    {
      what: 'the database is shut down',
      alerts: ['DatabaseAway', 'ApiErrorsBudgetBurnFast', 'IngestErrorsBudgetBurnFast'],
      async act() {
        await using client = await new MongoClient(uri).connect();
        await client
          .db('admin')
          .command({ shutdown: 1, force: true })
          .catch((error: unknown) => say(String(error)));
      },
    },
  ];
}

async function see(
  { what, alerts, act, undo }: Cause,
  prometheus: Awaited<ReturnType<typeof startPrometheus>>,
) {
  const early = await prometheus.firing();
  for (const alert of alerts) if (early.includes(alert)) say(`${alert} fires before its cause`);
  say(`cause: ${what}`);
  const began = performance.now();
  await act();
  const fired: Fired[] = await Promise.all(
    alerts.map(async (alert) => {
      await until(alert, async () => (await prometheus.firing()).includes(alert) || undefined, PATIENCE_MS);
      const firedAfterMs = performance.now() - began;
      say(`  ${alert} fires after ${(firedAfterMs / 1_000).toFixed(1)} s`);
      return { alert, cause: what, firedAfterMs, overAfterMs: null };
    }),
  );
  if (undo === undefined) return fired;
  const undone = performance.now();
  await undo();
  for (const one of fired) {
    await until(
      `${one.alert} to be over`,
      async () => !(await prometheus.firing()).includes(one.alert) || undefined,
      PATIENCE_MS,
    );
    one.overAfterMs = performance.now() - undone;
    say(`  ${one.alert} is over ${(one.overAfterMs / 1_000).toFixed(1)} s after the cause was`);
  }
  return fired;
}

function tableOf(fired: readonly Fired[]): string {
  const seconds = (ms: number | null): string => (ms === null ? 'was left' : `${(ms / 1_000).toFixed(1)} s`);
  return [
    '# Alerts that were made to fire',
    '',
    `Written by \`npx tsx test/ops/fire.ts ops/prometheus/fired.md\` on ${new Date().toISOString()}: a real Prometheus scraped the`,
    `four processes each second, all windows ${FACTOR} times as short as deployed. Long windows: \`promtool test rules\`.`,
    '',
    '| alert | cause | fired after | over after the cause was |',
    '| --- | --- | --- | --- |',
    ...fired.map(
      ({ alert, cause, firedAfterMs, overAfterMs }) =>
        `| ${alert} | ${cause} | ${seconds(firedAfterMs)} | ${seconds(overAfterMs)} |`,
    ),
    '',
  ].join('\n');
}
