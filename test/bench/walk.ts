/** `npm run bench -- walk`: the list of calls by its cursor while calls come in, as long as asked; each page's time, and what was skipped or repeated. */
import { Command } from 'commander';
import setUp from '../support/global-setup.ts';
import tearDown from '../support/global-teardown.ts';
import { openApi, openDatabase } from '../api/planted.ts';
import { plantMany, walk } from '../api/walk.ts';
import { beginBench } from './result.ts';

const { calls: count } = new Command('bench')
  .option('--calls <n>', 'how many calls there are', Number, 1_000_000)
  .parse()
  .opts<{ calls: number }>();

const bench = beginBench('walk', { calls: count });
await setUp();
try {
  await using database = await openDatabase();
  const beganMs = performance.now();
  await plantMany(database.db, count);
  const plantedMs = performance.now();
  await using api = await openApi(database.db, { isWatched: false });
  const found = await walk(api.url, database.db, { count, limit: 200, sort: '-startedAt' });
  const tookMs = performance.now() - plantedMs;
  const planted = Math.round((plantedMs - beganMs) / 1_000);
  console.log(
    JSON.stringify({ calls: count, ...found, plantedSeconds: planted, pageMs: tookMs / found.pages }),
  );
  bench.add({
    ...{ what: 'a page of 200 calls by its cursor', unit: 'ms', better: 'less' },
    value: Math.round((10 * tookMs) / found.pages) / 10,
  });
  for (const what of ['skipped', 'repeated'] as const)
    bench.add({ what: `calls ${what}`, unit: 'calls', value: found[what], better: 'less', aim: 0 });
  await bench.end();
  if (found.skipped + found.repeated > 0) process.exitCode = 1;
} finally {
  await tearDown();
}
