/** `npm run simulate`: seeded senders against any running ingest, a fixed number of calls or live ones without an end. */
import { writeFileSync } from 'node:fs';
import { SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  count,
  createSender,
  emptyCounts,
  schedule,
  send,
  type Counts,
  type Faults,
  type Outcome,
} from './deliver.ts';
import { playLive } from './live.ts';
import { deliveriesOf } from './payloads.ts';
import { planCalls } from './plan.ts';
import type { Secrets } from './sign.ts';
import { truthOf } from './truth.ts';

type Settings = {
  url: string;
  publicUrl?: string;
  calls?: number;
  days: number;
  seed: number;
  base?: Date;
  rate?: number;
  speed: number;
  seconds?: number;
  concurrency: number;
  duplicates: number;
  reorder: number;
  loss: number;
  skew: number;
  ledger?: string;
  elevenlabsSecret: string;
  twilioSecret: string;
  standardSecret: string;
};

/** Live calls a second where none are asked for. */
const LIVE_RATE = 1;
/** On anything but a terminal, one line this often. */
const LINE_EVERY_MS = 5_000;

const program = new Command('simulate')
  .description('Plays ElevenLabs, Twilio and a generic sender, rightly signed, against a running ingest.')
  .requiredOption('--url <address>', 'address of the ingest, such as http://127.0.0.1:4001')
  .option(
    '--public-url <address>',
    'address that senders believe they call (PUBLIC_WEBHOOK_URL); default: --url',
  )
  .option('--calls <n>', 'send the events of this many past calls and stop; without it: live calls', positive)
  .option('--days <n>', 'spread them over this many days', positive, 14)
  .option('--base <instant>', 'the instant that past calls lead up to; default: now', instant)
  .option('--seed <n>', 'the same seed gives the same calls', whole, 42)
  .option(
    '--rate <n>',
    'with --calls: deliveries a second (default: as fast as answered); live: calls a second',
    positive,
  )
  .option('--speed <n>', 'live: seconds of a call in one second', positive, 1)
  .option('--seconds <n>', 'live: stop after this time', positive)
  .option('--concurrency <n>', 'connections', positive, 32)
  .option('--duplicates <share>', 'share of deliveries sent twice, 0..1', share, 0.03)
  .option('--reorder <share>', 'share of deliveries that come late, 0..1', share, 0.05)
  .option('--loss <share>', 'share of deliveries never sent, 0..1', share, 0)
  .option('--skew <ms>', 'the senders’ clocks are off by up to this much', whole, 0)
  .option('--ledger <file>', 'write the truth of every call as lines of JSON before anything is sent')
  .addOption(secret('--elevenlabs-secret <secret>', 'ELEVENLABS_WEBHOOK_SECRET'))
  .addOption(secret('--twilio-secret <token>', 'TWILIO_AUTH_TOKEN'))
  .addOption(secret('--standard-secret <secret>', 'STANDARD_WEBHOOK_SECRET'));

const settings = program.parse().opts<Settings>();
const secrets: Secrets = {
  elevenlabs: settings.elevenlabsSecret,
  twilio: settings.twilioSecret,
  standard: settings.standardSecret,
};
const target = {
  url: settings.url,
  ...(settings.publicUrl === undefined ? {} : { publicUrl: settings.publicUrl }),
  secrets,
  concurrency: settings.concurrency,
};
const faults: Faults = {
  seed: settings.seed,
  duplicates: settings.duplicates,
  reorder: settings.reorder,
  loss: settings.loss,
  skewMs: settings.skew,
};
const counts = settings.calls === undefined ? await sendLive() : await sendPast(settings.calls);
console.log(JSON.stringify(counts));
if (counts.accepted < counts.sent) process.exitCode = 1;

async function sendPast(calls: number): Promise<Counts> {
  const { seed, days } = settings;
  const baseAt = settings.base ?? new Date();
  const planned = planCalls({ seed, calls, days, baseAt });
  const all = planned.flatMap((call) => deliveriesOf(call, baseAt));
  const { deliveries, lost } = schedule(all, faults);
  if (settings.ledger !== undefined) {
    const lines = planned.map((call) => JSON.stringify(truthOf(call, (key) => !lost.has(key))));
    writeFileSync(settings.ledger, `${lines.join('\n')}\n`);
  }
  console.log(
    `seed ${seed}, base ${baseAt.toISOString()}: ${calls} calls, ${deliveries.length} deliveries, ${lost.size} lost`,
  );
  const progress = createProgress(deliveries.length);
  const rate = settings.rate === undefined ? {} : { ratePerSecond: settings.rate };
  const sent = await send(deliveries, { ...target, ...rate, onResult: progress.step });
  progress.stop();
  return sent;
}

async function sendLive(): Promise<Counts> {
  const sender = createSender(target);
  const live = emptyCounts();
  const progress = createProgress(0);
  const { seed, speed, rate, seconds } = settings;
  const signal = seconds === undefined ? new AbortController().signal : AbortSignal.timeout(seconds * 1000);
  const onResult = (outcome: Outcome): void => {
    count(live, outcome);
    progress.step();
  };
  // Ids depend on the seed and the call's number: a later live run begins at another one, so that its calls are new.
  const firstIndex = Math.floor(Date.now() / 1000);
  await playLive({
    seed,
    speed,
    callsPerSecond: rate ?? LIVE_RATE,
    firstIndex,
    faults,
    sender,
    signal,
    onResult,
  });
  progress.stop();
  sender.close();
  return live;
}

/** A bar on a terminal where the total is known, a line now and then anywhere else. */
function createProgress(total: number): { step: () => void; stop: () => void } {
  if (process.stdout.isTTY && total > 0) {
    const bar = new SingleBar({ format: '{bar} {percentage}% {value}/{total} {eta_formatted}' });
    bar.start(total, 0);
    return { step: () => bar.increment(), stop: () => bar.stop() };
  }
  let done = 0;
  const line = setInterval(
    () => console.log(total > 0 ? `${done} of ${total} sent` : `${done} sent`),
    LINE_EVERY_MS,
  );
  return { step: () => (done += 1), stop: () => clearInterval(line) };
}

function secret(flags: string, variable: string): Option {
  return new Option(flags, 'the first of a list counts')
    .env(variable)
    .makeOptionMandatory()
    .argParser(firstOf);
}

function firstOf(text: string): string {
  return text.split(',')[0]?.trim() ?? '';
}

function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value)) throw new InvalidArgumentError('A number above 0 is needed.');
  return value;
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new InvalidArgumentError('A whole number is needed.');
  return value;
}

function share(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('A share from 0 to 1 is needed.');
  return value;
}

function instant(text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new InvalidArgumentError('An ISO date-time is needed.');
  return at;
}
