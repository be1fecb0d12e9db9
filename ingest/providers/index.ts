/** The list of senders. Adding one is a file and a line here. */
import { callviews } from './callviews.ts';
import { elevenlabs } from './elevenlabs.ts';
import type { Provider, Reader } from './provider.ts';
import { retell } from './retell.ts';
import { standardWebhooks } from './standard-webhooks.ts';
import { twilio } from './twilio.ts';
import { vapi } from './vapi.ts';

/** All senders, by the name that stands in their webhook path. */
export const PROVIDERS: readonly Provider[] = [elevenlabs, twilio, standardWebhooks, retell, vapi];

/**
 * The sender of a name.
 * @param name as in the path or a stored event
 * @returns undefined for a name that no sender has
 */
export function providerOf(name: string): Provider | undefined {
  return PROVIDERS.find((provider) => provider.name === name);
}

/** Those whose events stand in the log: the senders, and the system itself. */
const READERS: readonly Reader[] = [...PROVIDERS, callviews];

/**
 * Who can read an event.
 * @param name the event's provider
 * @returns undefined for a name that nobody has
 */
export function readerOf(name: string): Reader | undefined {
  return READERS.find((reader) => reader.name === name);
}
