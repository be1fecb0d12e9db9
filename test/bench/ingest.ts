/**
 * `npx tsx test/bench/ingest.ts`: rate, write path, ack tail and overload of ingest, side by side with a no-op store, raw writes
 * and, where `npm install --prefix test/bench` was run, Express with mongoose. About three minutes; more pairs for firm figures.
 */
import { Command } from 'commander';
import { machineTicks, rounded } from './ingest/measures.ts';
import { ackTail, forged, ingestRate, kneeOf, overload, writePath, type Row } from './ingest/parts.ts';
import { startBench } from './ingest/servers.ts';
import { figuresOf } from './ingest/figures.ts';
import { beginBench } from './result.ts';

const options = new Command('bench-ingest')
  .option('--pairs <n>', 'there-and-back passes over all servers', Number, 1)
  .option('--slice-seconds <n>', 'length of a slice of B1 and B2', Number, 1)
  .option('--step-seconds <n>', 'length of a step of B3 and of overload', Number, 5)
  .parse()
  .opts<{ pairs: number; sliceSeconds: number; stepSeconds: number }>();
const effort = {
  pairs: options.pairs,
  sliceMs: options.sliceSeconds * 1_000,
  stepMs: options.stepSeconds * 1_000,
};

const result = beginBench('ingest', options);
const before = machineTicks();
const bench = await startBench((line) => void process.stderr.write(`${line}\n`));
try {
  for (const name of bench.missing) console.log(`left out, not installed: ${name}`);
  const b1 = show('B1: ingest rate, closed loop', await ingestRate(bench, effort));
  const stored = await bench.database.db.collection('events').countDocuments();
  if (stored !== bench.called)
    throw new Error(`${bench.called} calls were answered 200, ${stored} are stored`);
  const knee = kneeOf(b1, 'W5');
  const steps = show(`Overload: W5, the knee is ${knee}/s, open loop`, await overload(bench, effort, knee));
  const forgers = show(
    'Forged requests of one address beside signed ones',
    await forged(bench, effort, knee),
  );
  const b3 = show('B3: ack at half the knee, open loop', await ackTail(bench, effort, b1));
  // Last, since the server is busy with what it wrote for some time after.
  const b2 = show('B2: write path, no HTTP', await writePath(bench, effort));
  const after = machineTicks();
  const stolen = (100 * (after.stolen - before.stolen)) / (after.all - before.all);
  console.log(JSON.stringify({ ...effort, storedInB1: stored, stolenPercent: rounded(stolen) }));
  if (stolen > 5) console.log('more than 5 % of the machine went to others: these figures are void');
  for (const figure of figuresOf({ b1, b2, b3, steps, forgers })) result.add(figure);
  await result.end();
} finally {
  await bench.stop();
}

function show(title: string, rows: Row[]): Row[] {
  console.log(`\n${title}`);
  console.table(rows);
  return rows;
}
