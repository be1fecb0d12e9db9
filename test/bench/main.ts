/** `npm run bench`: all benches one after the other, or those named; each is a program of its own with its own options after `--`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { nodeOptionsOf } from '../../ops/launch.ts';
import { BENCHES, BY_NAME_ALONE, WITH_AN_API } from './benches.ts';

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
  if (names.length === 0 ? BY_NAME_ALONE.includes(name) : !names.includes(name)) continue;
  process.stdout.write(`bench ${name}\n`);
  const nodeOptions = WITH_AN_API.includes(name) ? nodeOptionsOf('api') : [];
  const args = [...nodeOptions, '--import', 'tsx', program, ...options];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) process.exitCode = 1;
}
// A process of its own reads the lines that were just written.
const remade = spawn(process.execPath, ['--import', 'tsx', 'test/generated/main.ts', 'ops/bench'], {
  stdio: 'inherit',
});
if (((await once(remade, 'close')) as [number | null])[0] !== 0) process.exitCode = 1;
