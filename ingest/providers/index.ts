/** The list of senders. Adding one is a file and a line here. */
import { elevenlabs } from './elevenlabs.ts';
import type { Provider } from './provider.ts';
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
