/** Signed bytes to JSON, with a depth cap counted before anything is parsed. Pure. */

/** Deepest nesting read: senders use less than ten levels, and recursive walkers must not overflow. */
export const DEEPEST = 32;

/** A parsed body, or why it is none. */
export type ParsedJson = { ok: true; value: unknown } | { ok: false; reason: 'unparsable' | 'depth' };

/**
 * Parses a JSON body. A byte order mark is skipped for the reading alone; bytes that are no UTF-8 read as U+FFFD.
 * @param body the bytes as signed
 */
export function parseJson(body: Buffer): ParsedJson {
  if (deeperThan(body, DEEPEST)) return { ok: false, reason: 'depth' };
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return { ok: true, value };
  } catch {
    return { ok: false, reason: 'unparsable' };
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** Counts brackets outside strings, over the bytes: no recursion, nothing built. */
function deeperThan(body: Buffer, cap: number): boolean {
  let depth = 0;
  for (let at = 0; at < body.length; at += 1) {
    const byte = body[at] ?? 0;
    if (byte === QUOTE) at = endOfString(body, at);
    else if (OPENING.has(byte)) {
      depth += 1;
      if (depth > cap) return true;
    } else if (CLOSING.has(byte)) depth -= 1;
  }
  return false;
}

/** Index of the quote that ends the string begun at `start`; the body's end where none does. */
function endOfString(body: Buffer, start: number): number {
  let at = body.indexOf(QUOTE, start + 1);
  while (at !== -1) {
    let escapes = 0;
    while (body[at - 1 - escapes] === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return at;
    at = body.indexOf(QUOTE, at + 1);
  }
  return body.length;
}
