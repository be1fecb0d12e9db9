/** Streams the lines of a file with their numbers and where they end, so that an import holds little and can go on where it was. */
import { createReadStream } from 'node:fs';

/** One line; `text` is null for one that is too long to be held. */
export type Line = { number: number; text: string | null; bytes: number; endsAt: number };

/** Where reading begins: so many bytes and lines lie before it. */
export type Place = { bytes: number; lines: number };

/** A delivery of 8 MB as base64, and its envelope. */
const LONGEST_BYTES = 16 * 1024 * 1024;
const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Reads lines.
 * @param path of the file
 * @param from a place that a line before ended at
 */
export async function* linesOf(path: string, from: Place): AsyncGenerator<Line> {
  const pieces: Buffer[] = [];
  let [number, bytes, endsAt] = [from.lines, 0, from.bytes];
  const add = (piece: Buffer): void => {
    bytes += piece.length;
    if (bytes <= LONGEST_BYTES) pieces.push(piece);
    else pieces.length = 0;
  };
  const end = (): Line => {
    number += 1;
    endsAt += bytes;
    const text = bytes <= LONGEST_BYTES ? textOf(Buffer.concat(pieces)) : null;
    const line = { number, text, bytes, endsAt };
    pieces.length = 0;
    bytes = 0;
    return line;
  };
  for await (const chunk of createReadStream(path, { start: from.bytes }) as AsyncIterable<Buffer>) {
    let begins = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, begins)) {
      add(chunk.subarray(begins, at + 1));
      begins = at + 1;
      yield end();
    }
    if (begins < chunk.length) add(chunk.subarray(begins));
  }
  if (bytes > 0) yield end();
}

function textOf(line: Buffer): string {
  const text = line.toString('utf8');
  return (text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text).trim();
}
