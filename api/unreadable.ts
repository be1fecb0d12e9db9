/** What is no request of HTTP, or too much of one, never comes to the app: it is answered here, in the envelope of all failures. */
import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** What node:http says of it; anything else is no HTTP. */
const KNOWN: Readonly<Record<string, { status: number; text: string }>> = {
  HPE_HEADER_OVERFLOW: { status: 431, text: 'The address and the headers are too long together' },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: { status: 413, text: 'The extensions of a chunk are too long' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, text: 'The request did not come to its end in time' },
};

/**
 * Answers what cannot be read, and ends the connection.
 * @param error why not
 * @param socket the connection
 */
export function answerUnreadable(error: NodeJS.ErrnoException, socket: Duplex): void {
  const { _httpMessage: running } = socket as Duplex & { _httpMessage?: ServerResponse | null };
  // In the midst of an earlier answer there is no place for another.
  if (!socket.writable || running?.headersSent === true) {
    socket.destroy(error);
    return;
  }
  const { status, text } = KNOWN[error.code ?? ''] ?? { status: 400, text: 'This is no request of HTTP' };
  const body = JSON.stringify({ success: false, error: text, timestamp: new Date().toISOString() });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...['Connection: close', 'Cache-Control: no-store', 'X-Content-Type-Options: nosniff'],
    ...['Content-Type: application/json; charset=utf-8', `Content-Length: ${Buffer.byteLength(body)}`],
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
