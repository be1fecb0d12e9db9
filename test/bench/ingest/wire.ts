/** A lean HTTP client for the benchmarks: bytes out, status in, one request at a time on a kept connection. */
import { connect, type Socket } from 'node:net';

/** What came back; status 0 where the connection ended without an answer. */
export type Reply = { status: number; retryAfterMs: number };

/** One connection, opened when it is first needed and again after it was closed. */
export type Wire = { ask(request: Buffer): Promise<Reply>; close(): void };

const GONE: Reply = { status: 0, retryAfterMs: 0 };

/**
 * Makes a connection.
 * @param port on the loopback interface
 * @param from the address it comes from
 */
export function createWire(port: number, from = '127.0.0.1'): Wire {
  let socket: Socket | null = null;
  let received = '';
  let settle: ((reply: Reply) => void) | null = null;
  const answer = (reply: Reply): void => {
    const told = settle;
    settle = null;
    received = '';
    told?.(reply);
  };
  const open = (): Socket => {
    const one = connect({ port, host: '127.0.0.1', localAddress: from, noDelay: true });
    const lost = (): void => {
      if (socket !== one) return;
      socket = null;
      answer(GONE);
    };
    one.on('data', (chunk) => {
      received += chunk.toString('latin1');
      const reply = replyIn(received);
      if (reply === null) return;
      if (/\r\nconnection: close/i.test(received)) {
        socket = null;
        one.destroy();
      }
      answer(reply);
    });
    one.on('error', lost).on('close', lost);
    return one;
  };
  return {
    ask: (request) =>
      new Promise((resolve) => {
        settle = resolve;
        socket ??= open();
        socket.write(request);
      }),
    close() {
      socket?.destroy();
      socket = null;
      answer(GONE);
    },
  };
}

/** The reply, once it is whole; null before. */
function replyIn(text: string): Reply | null {
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0);
  if (text.length < end + 4 + length) return null;
  const retryAfter = Number(/\r\nretry-after: (\d+)/i.exec(text)?.[1] ?? 0);
  return { status: Number(text.slice(9, 12)), retryAfterMs: retryAfter * 1_000 };
}
