/** The `ws` that Socket.IO itself stands on, without Socket.IO: no package of ours, so it is taken from where that finds it. */
import type { IncomingMessage, Server } from 'node:http';
import { createRequire } from 'node:module';

/** What is used of a connection, on either side. */
export type BareSocket = {
  on(event: 'open' | 'close', listener: () => void): BareSocket;
  on(event: 'error', listener: (error: Error) => void): BareSocket;
  on(event: 'message', listener: (bytes: Buffer) => void): BareSocket;
  send(text: string): void;
};
type Bare = {
  WebSocket: new (url: string, options: { perMessageDeflate: false }) => BareSocket;
  WebSocketServer: new (options: { server: Server; perMessageDeflate: false }) => {
    on(event: 'connection', listener: (socket: BareSocket, request: IncomingMessage) => void): void;
  };
};

/** Its classes. */
export const bareWs = createRequire(createRequire(import.meta.url).resolve('socket.io'))('ws') as Bare;
