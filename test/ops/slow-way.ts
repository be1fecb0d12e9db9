/** A way to a database that takes longer than it did: TCP in between, each piece of bytes held for a while in both directions. */
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A running way; what `delayMs` says holds for all that comes from then on. */
export type SlowWay = { port: number; delayMs: number; [Symbol.asyncDispose](): Promise<void> };

/**
 * Opens one on a free port of the loopback interface, with no delay.
 * @param target the port that it leads to
 */
export async function openSlowWay(target: number): Promise<SlowWay> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const far = connect(target, '127.0.0.1');
    for (const [from, to] of [
      [client, far],
      [far, client],
    ] as const) {
      sockets.add(from);
      from.setNoDelay(true);
      // Why is told by the side that ended; the other one ends with it.
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      forward(from, to, () => way.delayMs);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const way: SlowWay = {
    port: (server.address() as AddressInfo).port,
    delayMs: 0,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return way;
}

/** In order, whatever the delay was for the piece before. */
function forward(from: Socket, to: Socket, delayMs: () => number): void {
  let dueAtMs = 0;
  from.on('data', (bytes) => {
    const now = performance.now();
    dueAtMs = Math.max(dueAtMs, now + delayMs());
    if (dueAtMs <= now) to.write(bytes);
    else setTimeout(() => to.write(bytes), dueAtMs - now);
  });
}
