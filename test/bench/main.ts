/** `npm run bench`: all benches one after the other, or those named; each is a program of its own with its own options after `--`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Name → program, in the order in which they run. */
const BENCHES = {
  ingest: 'test/bench/ingest.ts',
  drain: 'test/bench/drain.ts',
  growth: 'test/bench/growth.ts',
  freshness: 'test/bench/freshness.ts',
  fanout: 'test/bench/fanout.ts',
  api: 'test/bench/api.ts',
  dashboard: 'test/bench/dashboard.ts',
  reads: 'test/bench/reads.ts',
  walk: 'test/bench/walk.ts',
  rebuild: 'test/bench/rebuild.ts',
};

const words = process.argv.slice(2);
const cut = words.indexOf('--');
const [names, options] = cut < 0 ? [words, []] : [words.slice(0, cut), words.slice(cut + 1)];
const unknown = names.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  process.stderr.write(
    `no such bench: ${unknown.join(', ')}; there are: ${Object.keys(BENCHES).join(', ')}\n`,
  );
  process.exit(1);
}
for (const [name, program] of Object.entries(BENCHES)) {
  if (names.length > 0 && !names.includes(name)) continue;
  process.stdout.write(`bench ${name}\n`);
  const child = spawn(process.execPath, ['--import', 'tsx', program, ...options], { stdio: 'inherit' });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) process.exitCode = 1;
}
