/** Preloaded into a process under test: kills it (-9) when it passes a named crash point for the n-th time. */
import { subscribe } from 'node:diagnostics_channel';

const [name, nth = '1'] = (process.env.CRASH_AT ?? '').split(':');
let passed = 0;
if (name) {
  subscribe(`callviews:step:${name}`, () => {
    passed += 1;
    if (passed === Number(nth)) process.kill(process.pid, 'SIGKILL');
  });
}
