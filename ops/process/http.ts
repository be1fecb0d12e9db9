/** Listening and closing of HTTP servers, with sentences instead of system codes. */
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** How often a closing server looks for connections that have become idle. */
const SWEEP_MS = 50;
/** Connections of each server that have not sent a request yet: Node counts them as busy, and would wait for them at a stop. */
const silent = new WeakMap<Server, Set<Socket>>();

/**
 * Starts listening.
 * @param server an HTTP server
 * @param host the address to bind to
 * @param port the port, 0 for any free one
 * @returns the port it listens on
 * @throws with a clear sentence where the port is taken or not allowed
 */
export function listen(server: Server, host: string, port: number): Promise<number> {
  const waiting = new Set<Socket>();
  silent.set(server, waiting);
  server.on('connection', (socket) => {
    waiting.add(socket);
    socket.once('close', () => waiting.delete(socket));
  });
  server.on('request', ({ socket }) => waiting.delete(socket));
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? 'is in use by another program'
          : `cannot be listened on (${error.code ?? error.message})`;
      reject(new Error(`port ${port} on ${host} ${why}`, { cause: error }));
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

/**
 * Stops accepting, lets requests in flight end, drops idle connections and those that never asked for anything.
 * @param server an HTTP server
 */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // A connection that was busy is idle once it was answered; Node looks for such ones only at the moment of closing.
    const sweeping = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
    server.close(() => {
      clearInterval(sweeping);
      resolve();
    });
    server.closeIdleConnections();
    for (const socket of silent.get(server) ?? []) socket.destroy();
  });
}
