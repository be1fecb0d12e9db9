/** A TCP proxy in front of a mongod: it falls silent in either direction, and resets what runs through it. */
import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/** Which way bytes are held back: `up` to the server, `down` from it. What is held is delivered later, as TCP would by repeating it. */
export type Held = { up: boolean; down: boolean };

/** A running proxy. */
export type Proxy = {
  port: number;
  /** How many connections it has taken in so far. */
  readonly accepted: number;
  /** How many are open now. */
  readonly open: number;
  /** Holds bytes back, or lets them flow again. New connections are taken in and held likewise. */
  hold(held: Held): void;
  /** Leaves every open connection silent for good, without an end, as a router does that has lost count; new ones flow. */
  forget(): void;
  /** Leads new connections to another port; those that are open stay. */
  aim(port: number): void;
  /** Resets every open connection at once, on both sides; a write of the same instant meets the reset. */
  reset(): void;
  /** Ends every open connection towards the client, as a server does that shuts down; what is under way to it is still taken. */
  end(): void;
  [Symbol.asyncDispose](): Promise<void>;
};

/** Nothing is held back. */
export const FLOWING: Held = { up: false, down: false };

/**
 * Starts a proxy on a free port of the loopback interface.
 * @param target the port that it stands for
 */
export async function openProxy(target: number): Promise<Proxy> {
  const pairs = new Set<{ client: Socket; server: Socket; isForgotten: boolean }>();
  let held = FLOWING;
  let accepted = 0;
  let aimed = target;
  const listener = createServer((client) => {
    accepted += 1;
    const server = connect(aimed, '127.0.0.1');
    const pair = { client, server, isForgotten: false };
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      // Its cause is the fault that is injected, or the other side's end.
      socket.on('error', end);
      socket.on('close', end);
    }
    forward(client, server, () => held.up || pair.isForgotten);
    forward(server, client, () => held.down || pair.isForgotten);
  });
  await new Promise<void>((resolve, reject) => {
    listener.once('error', reject);
    listener.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (listener.address() as AddressInfo).port,
    get accepted() {
      return accepted;
    },
    get open() {
      return pairs.size;
    },
    hold(next) {
      held = next;
      for (const { client, server, isForgotten } of pairs) {
        if (isForgotten) continue;
        if (held.up) client.pause();
        else client.resume();
        if (held.down) server.pause();
        else server.resume();
      }
    },
    forget() {
      for (const pair of pairs) {
        pair.isForgotten = true;
        pair.client.pause();
        pair.server.pause();
      }
    },
    aim(port) {
      aimed = port;
    },
    reset() {
      for (const { client, server } of pairs) {
        client.resetAndDestroy();
        server.resetAndDestroy();
      }
      pairs.clear();
    },
    end() {
      for (const { client } of pairs) client.end();
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => listener.close(resolve));
      for (const { client, server } of pairs) {
        client.destroy();
        server.destroy();
      }
      await closed;
    },
  };
}

/** Bytes of one direction, no faster than they are taken. */
function forward(from: Socket, to: Socket, isHeld: () => boolean): void {
  from.on('data', (bytes) => {
    if (!to.write(bytes)) from.pause();
  });
  to.on('drain', () => {
    if (!isHeld()) from.resume();
  });
  if (isHeld()) from.pause();
}
