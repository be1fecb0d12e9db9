/** Cursors as clients hold them: where a page of calls begins, as opaque text. Pure. */
import { z } from 'zod';
import { Refusal } from '../refusal.ts';
import type { CallCursor } from '../repositories/call-list.ts';

/** A cursor as sent. */
export const CURSOR = z.string().max(1_000, 'is too long').optional();

/**
 * The parameter `limit`.
 * @param most the greatest limit
 * @param usual where none is given
 * @returns its check
 */
export function limitUpTo(most: number, usual: number) {
  const text = `must be a whole number, 1 to ${most}`;
  return z
    .string()
    .regex(/^\d{1,4}$/, text)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= most, text)
    .default(usual);
}

/** An instant of a call as ms, within what a date can hold. */
const SHAPE = z.tuple([z.int().min(-8.64e15).max(8.64e15).nullable(), z.string()]);

/**
 * Writes a cursor.
 * @param cursor where a page begins, or null
 * @returns its text, or null
 */
export function cursorText(cursor: CallCursor | null): string | null {
  if (cursor === null) return null;
  return Buffer.from(JSON.stringify([cursor.startedAtMs, cursor.callId])).toString('base64url');
}

/**
 * Reads a cursor.
 * @param text as sent
 * @returns where the page begins, null for the first
 * @throws Refusal where it is none of ours
 */
export function cursorOf(text: string | undefined): CallCursor | null {
  if (text === undefined) return null;
  const read = SHAPE.safeParse(parsed(Buffer.from(text, 'base64url').toString()));
  if (!read.success) throw new Refusal('Invalid cursor: use the nextCursor of an earlier answer');
  const [startedAtMs, callId] = read.data;
  return { startedAtMs, callId };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON is no cursor; the caller says so.
    return null;
  }
}
