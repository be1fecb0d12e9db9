/**
 * Preloaded into a process under test: kills it (-9) when it passes a named crash point for the n-th time, or keeps its event
 * loop busy there for some milliseconds.
 */
import { subscribe } from 'node:diagnostics_channel';

const [name, nth = '1'] = (process.env.CRASH_AT ?? '').split(':');
let passed = 0;
if (name) {
  subscribe(`callviews:step:${name}`, () => {
    passed += 1;
    if (passed === Number(nth)) process.kill(process.pid, 'SIGKILL');
  });
}

const [where, nthTime = '1', forMs = '0'] = (process.env.BLOCK_AT ?? '').split(':');
let times = 0;
if (where) {
  subscribe(`callviews:step:${where}`, () => {
    times += 1;
    if (times !== Number(nthTime)) return;
    process.stdout.write('{"msg":"busy"}\n');
    for (const until = Date.now() + Number(forMs); Date.now() < until;);
  });
}
