/**
 * Mends a wait of the MongoDB driver that nothing ends: a command longer than the socket takes at once waits for the socket to
 * drain, and where the other side ends the connection meanwhile there is neither a drain nor an error. The command would stay
 * unanswered for ever, and its place in the pool with it; two of them are all that ingest writes with at a time.
 */
import type { MongoClient } from 'mongodb';
import type { Socket } from 'node:net';

/** What is looked at of the driver, which has no public way to a connection's socket; the version is pinned, and a test breaks it. */
type Inside = {
  topology?: {
    s: { servers: Map<string, { pool: { checkedOut: Set<{ closed: boolean; socket: Socket }> } }> };
  };
};

/** How long a command may wait for what is over. */
const LOOKED_AT_EACH_MS = 500;

/**
 * Looks after the connections of a client until it is closed.
 * @param client an open one
 */
export function endWaitsOfEnded(client: MongoClient): void {
  const looking = setInterval(() => {
    for (const socket of waitedFor(client)) {
      // As the operating system would have said it: read as the connection being gone, so that what may be tried again is.
      const error = Object.assign(new Error('the connection was ended'), {
        code: 'ECONNRESET',
        syscall: 'write',
      });
      socket.emit('error', error);
    }
  }, LOOKED_AT_EACH_MS);
  looking.unref();
  client.once('topologyClosed', () => clearInterval(looking));
}

/** Sockets that are closed, of commands that wait for them to drain. */
function waitedFor(client: MongoClient): Socket[] {
  const { topology } = client as unknown as Inside;
  return [...(topology?.s.servers.values() ?? [])]
    .flatMap(({ pool }) => [...pool.checkedOut])
    .filter(({ closed, socket }) => closed && socket.destroyed && socket.listenerCount('drain') > 0)
    .map(({ socket }) => socket);
}
