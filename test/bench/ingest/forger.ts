/** A forger in a process and at an address of its own: requests signed with a wrong secret, at a rate; prints what it was answered. */
import { once } from 'node:events';
import { createRequests } from './bodies.ts';
import { openLoop } from './loops.ts';

const [port, ratePerSecond, forMs] = process.argv.slice(2).map(Number);
if (port === undefined || ratePerSecond === undefined || forMs === undefined)
  throw new Error('usage: forger PORT RATE MS');
const requests = createRequests('W5', `f${process.pid.toString(36)}`, 'wsec_of_a_forger');
console.log('ready');
await once(process.stdin, 'data');
const { offered, attempts, statuses } = await openLoop({
  ...{ port, ratePerSecond, forMs, connections: 200, from: '127.0.0.2', manner: 'forger' },
  requests,
});
console.log(JSON.stringify({ offered, attempts, statuses }));
process.exit(0);
