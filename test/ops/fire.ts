/** `npx tsx test/ops/fire.ts [FILE [ALERT,…]]`: real causes against the running product under a real Prometheus, until each one's alerts fire. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { buildIfNeeded } from '../../ops/build.ts';
import { findMongod } from '../../ops/mongod/find.ts';
import { startReplicaSet } from '../../ops/mongod/start.ts';
import { ELEVENLABS_KEY, startElevenLabs } from '../support/vendors/elevenlabs.ts';
import { TEST_SECRETS } from '../support/webhooks.ts';
import { openWorld } from '../support/world.ts';
import type { Cause, Stage } from './cause.ts';
import { conversationRequest, send, sentCauses, storedCauses } from './causes-in-data.ts';
import { databaseCauses, processCauses, silence } from './causes-in-machines.ts';
import { tableOf, type Fired } from './fired.ts';
import { startPrometheus } from './real-prometheus.ts';
import { openProduct, until } from './running.ts';
import { openSlowWay } from './slow-way.ts';

/** Twelve times as quick: a minute is five seconds, and what is compared with 15 s with 1.25 s. */
const FACTOR = 12;
/** A week becomes a minute. */
const WEEK_FACTOR = 10_080;
const PATIENCE_MS = 180_000;

const say = (line: string): void => void process.stdout.write(`${new Date().toISOString()} ${line}\n`);
const report = (line: string): void => void process.stderr.write(`${line}\n`);
const [file, only] = process.argv.slice(2);
let visits = 0;
await buildIfNeeded(fileURLToPath(new URL('../..', import.meta.url)), report);
const binary = await findMongod({ report, environment: process.env });
const set = await startReplicaSet({ nodes: 1, binary });
const ended = new AbortController();
try {
  // Not dropped: it goes with the set, which is down by then.
  const world = await openWorld(set.uri);
  await using _client = world.client;
  await using way = await openSlowWay(set.members[0]?.port ?? 0);
  await using elevenlabs = await startElevenLabs();
  const through = { ...world, uri: `mongodb://127.0.0.1:${way.port}/?directConnection=true` };
  await using product = await openProduct(through, {
    ELEVENLABS_WEBHOOK_SECRET: TEST_SECRETS.elevenlabs[0],
    ELEVENLABS_API_KEY: ELEVENLABS_KEY,
    ELEVENLABS_API_URL: elevenlabs.url,
  });
  await using prometheus = await startPrometheus(product.targets, FACTOR);
  await using weekly = await startPrometheus(product.targets, WEEK_FACTOR);
  const living = { isSending: true };
  const stage: Stage = {
    ...{ product, db: world.db, uri: set.uri, way, elevenlabs, prometheus, weekly, living },
  };
  await product.report('first');
  // Slow enough for the limit of requests of one asker.
  const visiting = setInterval(() => void visit(stage), 1_000);
  const fired: Fired[] = [];
  for (const together of groupsOf(stage)) {
    const wanted = together.filter(
      ({ alerts }) => only === undefined || only.split(',').some((one) => alerts.includes(one)),
    );
    await Promise.all(wanted.map((cause) => see(cause, stage, fired)));
    // As far as it came, should the next cause bring more down than it is to.
    if (file !== undefined) await writeFile(file, tableOf(fired, FACTOR));
  }
  clearInterval(visiting);
  ended.abort();
  if (file !== undefined) await writeFile(file, tableOf(fired, FACTOR));
} finally {
  await set.stop();
}

/** What is waited for side by side does not meet: each has alerts of its own. */
function groupsOf(stage: Stage): Cause[][] {
  const sent = sentCauses(stage);
  const stored = storedCauses(stage);
  const ofProcesses = processCauses(stage);
  const ofDatabase = databaseCauses(stage);
  return [
    // What one leaves in the windows of promises is over when the next one comes that breaks the same.
    ...[ofDatabase.oplog, ofDatabase.pool].map((cause) => [cause]),
    [sent.drift, sent.quarantine, sent.signature],
    [sent.vendor, stored.text, silence(stage)],
    ...[ofDatabase.far, sent.rejected, stored.malformed, stored.parked].map((cause) => [cause]),
    [stored.textFailed],
    [ofProcesses.missing, ofProcesses.blocked],
    ...[ofProcesses.killed, stored.history, ofDatabase.away].map((cause) => [cause]),
  ];
}

/** A reader and two senders, so that there are rates. */
async function visit(stage: Stage): Promise<void> {
  visits += 1;
  const { apiUrl, report: sendReport } = stage.product;
  await Promise.allSettled([
    fetch(`${apiUrl}/api/db/analytics/outcomes?startDate=2026-01-${10 + (visits % 20)}`),
    // What is kept is answered without the database too; this is not kept.
    fetch(`${apiUrl}/api/db/calls`),
    ...(stage.living.isSending
      ? [sendReport(`v${visits}`), send(stage, conversationRequest(`conv_${visits}`))]
      : []),
  ]);
}

/** Brings a cause about, waits for its alerts, undoes it, and goes on watching until they are over. */
async function see(cause: Cause, { prometheus }: Stage, fired: Fired[]): Promise<void> {
  const { what, alerts, act, undo, by = prometheus } = cause;
  const early = await by.firing();
  for (const alert of alerts) if (early.includes(alert)) say(`${alert} fires before its cause`);
  say(`cause: ${what}`);
  const began = performance.now();
  await act();
  const those = await Promise.all(
    alerts.map(async (alert): Promise<Fired | null> => {
      if (!(await holds(async () => (await by.firing()).includes(alert)))) {
        say(`  ${alert} DOES NOT FIRE`);
        return null;
      }
      const firedAfterMs = performance.now() - began;
      say(`  ${alert} fires after ${(firedAfterMs / 1_000).toFixed(1)} s`);
      return { alert, cause: what, firedAfterMs, overAfterMs: null };
    }),
  );
  const seen = those.filter((one) => one !== null);
  fired.push(...seen);
  if (seen.length < alerts.length) process.exitCode = 1;
  if (undo === undefined) return;
  const undone = performance.now();
  await undo();
  for (const one of seen)
    void holds(async () => !(await by.firing()).includes(one.alert)).then((isOver) => {
      if (!isOver) return;
      one.overAfterMs = performance.now() - undone;
      say(`  ${one.alert} is over ${(one.overAfterMs / 1_000).toFixed(1)} s after the cause was`);
    });
}

/** Whether it comes to hold in time, before the run is at its end. */
function holds(look: () => Promise<boolean>): Promise<boolean> {
  return until(
    'it',
    async () => {
      ended.signal.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, 250));
      return (await look()) || undefined;
    },
    PATIENCE_MS,
  ).catch(() => false);
}
