/** Bodies of requests that write: of the right kind, from a page of our own, bounded in bytes. */
import type { IncomingMessage } from 'node:http';
import type { Access } from './access.ts';
import { Refusal } from './refusal.ts';

/** What a body may be. */
export type BodyKind = 'application/json' | 'text/csv';

/** The longest JSON that anything here needs. */
const MOST_JSON_BYTES = 64 * 1024;
/** A million telephone numbers. */
const MOST_CSV_BYTES = 16 * 1024 * 1024;

/**
 * Refuses a write that a foreign page may have brought about: such a page can send forms, but not these kinds, and not from here.
 * @param request as node:http has it
 * @param access the doorkeeper
 * @param kind what the body must be; null where there is none
 * @throws Refusal of 403 or 415
 */
export function checkWrite(request: IncomingMessage, access: Access, kind: BodyKind | null): void {
  if (!access.isOwnOrigin(request.headers))
    throw new Refusal('Writes are taken from pages of this address only', 403);
  if (kind === null) return;
  const [given = ''] = (request.headers['content-type'] ?? '').split(';');
  if (given.trim().toLowerCase() !== kind) throw new Refusal(`Send the body as ${kind}`, 415);
}

/**
 * Reads a body.
 * @param request as node:http has it
 * @param kind bounds its length
 * @returns its text
 * @throws Refusal of 413 or 400
 */
export async function bodyText(request: IncomingMessage, kind: BodyKind): Promise<string> {
  const most = kind === 'text/csv' ? MOST_CSV_BYTES : MOST_JSON_BYTES;
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    bytes += piece.length;
    // The rest is read and thrown away, so that the answer can be read.
    if (bytes <= most) pieces.push(piece);
  }
  if (bytes > most) throw new Refusal(`The body is longer than ${most} bytes`, 413);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces));
  } catch {
    throw new Refusal('The body is not UTF-8');
  }
}

/**
 * Reads a body of JSON.
 * @param text of the body
 * @returns what it says
 * @throws Refusal where it is none
 */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal('The body is not JSON');
  }
}
