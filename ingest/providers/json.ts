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

/**
 * Cuts a JSON array into the bytes of its elements, without reading them: a broken element does not take its neighbours along.
 * @param body the bytes as signed
 * @returns each element's own bytes without the blanks around them; null where the body is no array that closes
 */
export function elementsOf(body: Buffer): Buffer[] | null {
  const start = firstByteOf(body);
  if (body[start] !== ARRAY) return null;
  const elements: Buffer[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start; at < body.length; at += 1) {
    const byte = body[at] ?? 0;
    if (byte === QUOTE) at = endOfString(body, at);
    else if (OPENING.has(byte)) depth += 1;
    else if (CLOSING.has(byte)) depth -= 1;
    if (depth === 0 || (depth === 1 && byte === COMMA)) {
      elements.push(trimmed(body.subarray(from, at)));
      from = at + 1;
    }
    if (depth === 0) {
      const closed = afterBlanks(body, from) === body.length;
      const empty = elements.length === 1 && elements[0]?.length === 0;
      return closed ? (empty ? [] : elements) : null;
    }
  }
  return null;
}

/** Whether the bytes begin like an array: only then may they hold several events. */
export function isArrayText(body: Buffer): boolean {
  return body[firstByteOf(body)] === ARRAY;
}

/** Index of the first byte that is neither byte order mark nor blank. */
function firstByteOf(body: Buffer): number {
  return afterBlanks(body, body.subarray(0, BOM.length).equals(BOM) ? BOM.length : 0);
}

function afterBlanks(body: Buffer, from: number): number {
  let at = from;
  while (at < body.length && BLANKS.has(body[at] ?? 0)) at += 1;
  return at;
}

function trimmed(bytes: Buffer): Buffer {
  const start = afterBlanks(bytes, 0);
  let end = bytes.length;
  while (end > start && BLANKS.has(bytes[end - 1] ?? 0)) end -= 1;
  return bytes.subarray(start, end);
}

const BOM = Buffer.from([0xef, 0xbb, 0xbf]);
const BLANKS = new Set([0x20, 0x09, 0x0a, 0x0d]);
const ARRAY = 0x5b;
const COMMA = 0x2c;
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
