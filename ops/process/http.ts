/** Listening and closing of HTTP servers, with sentences instead of system codes. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * Starts listening.
 * @param server an HTTP server
 * @param host the address to bind to
 * @param port the port, 0 for any free one
 * @returns the port it listens on
 * @throws with a clear sentence where the port is taken or not allowed
 */
export function listen(server: Server, host: string, port: number): Promise<number> {
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
 * Stops accepting, lets requests in flight end, drops idle connections.
 * @param server an HTTP server
 */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
