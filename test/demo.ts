/** `npm run demo`: the whole product on one machine, called by the seeded simulator, and, with `--exit`, held to its ledger. */
import { SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError } from 'commander';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { compareWithLedger, storedRows, type Comparison } from './demo/compare.ts';
import { createWatch } from './demo/freshness.ts';
import { waitUntilBothCaughtUp } from './support/caught-up.ts';
import { curlLine } from './demo/curl.ts';
import { startStack, type Stack } from './demo/stack.ts';
import { count, createSender, emptyCounts, schedule, send } from './simulator/deliver.ts';
import { playLive } from './simulator/live.ts';
import { deliveriesOf } from './simulator/payloads.ts';
import { planCalls } from './simulator/plan.ts';

type Options = {
  calls: number;
  days: number;
  seed: number;
  base: Date;
  exit: boolean;
  rate: number;
  speed: number;
};

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const FAULTS = { duplicates: 0.03, reorder: 0.05, loss: 0, skewMs: 0 };
const CONNECTIONS = 32;
/** How long the views and the text may take to have all of the log. */
const PATIENCE_MS = 60_000;

const options = new Command('demo')
  .description('Starts callviews on this machine and lets a seeded simulator call its signed webhooks.')
  .option('--calls <n>', 'past calls to send first', whole, 400)
  .option('--days <n>', 'spread over this many days', whole, 14)
  .option('--seed <n>', 'the same seed gives the same calls', whole, 42)
  .option('--base <instant>', 'the instant that past calls lead up to (default: now)', instant, new Date())
  .option('--rate <n>', 'live calls a second, after the past ones', number, 2)
  .option('--speed <n>', 'seconds of a live call in one second', number, 10)
  .option(
    '--exit',
    'send the past calls only, compare every bucket with the ledger, exit 0 if all agree',
    false,
  )
  .parse()
  .opts<Options>();

const stopping = new AbortController();
process.once('SIGINT', () => stopping.abort());
process.once('SIGTERM', () => stopping.abort());
const say = (line: string): void => void process.stdout.write(`${line}\n`);

const stack = await startStack(ROOT, {
  report: say,
  died: (name, lines) => {
    process.exitCode = 1;
    say(`${name} died:\n${lines.join('\n')}`);
  },
});
try {
  say(`\n  dashboard  ${stack.api}/\n  webhooks   ${stack.ingest}/webhooks/{elevenlabs,twilio,standard}`);
  say(`  one call by hand:\n${curlLine(stack.ingest, stack.secrets.standard)}\n`);
  say(`seed ${options.seed}, base ${options.base.toISOString()} (--base repeats these very times)`);
  const truths = await sendPast(stack);
  if (options.exit) process.exitCode = (await prove(stack, truths)) ? (process.exitCode ?? 0) : 1;
  else await live(stack);
} finally {
  await stack.stop();
}

/** Sends the past calls; the ledger is whole before the first payload is built. */
async function sendPast({ ingest, secrets }: Stack) {
  const { seed, calls, days, base: baseAt } = options;
  const planned = planCalls({ seed, calls, days, baseAt });
  const truths = planned.map((call) => call.truth);
  const { deliveries } = schedule(
    planned.flatMap((call) => deliveriesOf(call, baseAt)),
    { seed, ...FAULTS },
  );
  const bar = progress(`sending ${deliveries.length} webhooks of ${calls} calls`, deliveries.length);
  const counts = await send(deliveries, {
    url: ingest,
    secrets,
    concurrency: CONNECTIONS,
    onResult: () => bar.step(),
  });
  bar.stop();
  say(
    `answered ${JSON.stringify(counts.statuses)}; fates, where the answer tells: ${JSON.stringify(counts.fates)}`,
  );
  if (counts.accepted < counts.sent)
    throw new Error(`${counts.sent - counts.accepted} webhooks were not accepted`);
  return truths;
}

async function prove({ api, db }: Stack, truths: Parameters<typeof compareWithLedger>[1]): Promise<boolean> {
  const caughtUp = await waitUntilBothCaughtUp(db, PATIENCE_MS);
  say(`caught up: ${caughtUp.events} events in the views at sequence ${caughtUp.sequence}`);
  const bar = progress('reading every bucket over HTTP', 100);
  const result = await compareWithLedger({ api, stored: await storedRows(db) }, truths, (share) =>
    bar.to(Math.round(share * 100)),
  );
  bar.stop();
  say(verdict(result));
  for (const difference of result.differences.slice(0, 10)) say(JSON.stringify(difference));
  return result.differences.length === 0;
}

function verdict({ buckets, ledgerCalls, viewCalls, locallyScored, differences }: Comparison): string {
  const equal = differences.length === 0;
  return [
    '',
    `  ledger  ${ledgerCalls} calls in ${buckets} buckets`,
    `  views   ${viewCalls} calls in ${buckets - differences.length} equal buckets`,
    `  ${locallyScored} calls without a label are scored here: compared by count and source`,
    equal ? '  every bucket agrees ✔' : `  ${differences.length} BUCKETS DIFFER ✘`,
    '',
  ].join('\n');
}

async function live({ db, ingest, secrets }: Stack): Promise<void> {
  say('calling live; Ctrl-C ends it');
  const counts = emptyCounts();
  const sender = createSender({ url: ingest, secrets, concurrency: CONNECTIONS });
  const playing = playLive({
    seed: options.seed,
    callsPerSecond: options.rate,
    speed: options.speed,
    firstIndex: options.calls,
    faults: { seed: options.seed, ...FAULTS },
    sender,
    signal: stopping.signal,
    onResult: (outcome) => count(counts, outcome),
  });
  const watch = await createWatch(db);
  while (!stopping.signal.aborted) {
    await sleep(1_000, undefined, { signal: stopping.signal }).catch(() => undefined);
    const line = await watch();
    if (process.stdout.isTTY) process.stdout.write(`\r\u001b[K${line}`);
    else say(line);
  }
  await playing;
  sender.close();
  say(`\nsent ${counts.sent}, answered ${JSON.stringify(counts.statuses)}`);
}

/** A bar on a terminal, one line elsewhere. */
function progress(what: string, total: number): { step(): void; to(value: number): void; stop(): void } {
  if (!process.stdout.isTTY) {
    say(what);
    return { step: () => undefined, to: () => undefined, stop: () => undefined };
  }
  const bar = new SingleBar({ format: `${what} {bar} {percentage}% {eta_formatted}`, hideCursor: true });
  bar.start(total, 0);
  return { step: () => bar.increment(), to: (value) => bar.update(value), stop: () => bar.stop() };
}

function whole(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('a whole number is needed');
  return Number(text);
}

function number(text: string): number {
  if (!/^\d{1,6}(\.\d+)?$/.test(text) || Number(text) === 0)
    throw new InvalidArgumentError('a number above 0 is needed');
  return Number(text);
}

function instant(text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new InvalidArgumentError('an ISO date-time is needed');
  return at;
}
