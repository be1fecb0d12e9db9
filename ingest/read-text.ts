/** From a stored event back to what was said: the one place where the text tail needs a sender's knowledge. Pure. */
import type { StoredEvent } from './event.ts';
import { readerOf } from './providers/index.ts';
import type { TextReading } from './providers/text.ts';

/**
 * Reads what an event holds of speech.
 * @param event with its body
 * @returns null where there is nothing of the kind, where the body was taken away, or where the sender is not known any more
 */
export function readText(event: StoredEvent): TextReading | null {
  const { endpoint, target, headers, receivedAt } = event;
  if (event.body === undefined) return null;
  const body = Buffer.from(event.body.value());
  return readerOf(event.provider)?.readText?.({ endpoint, target, body, headers, receivedAt }) ?? null;
}
