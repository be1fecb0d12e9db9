/** Ingest's settings, each named as in the environment. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { host, optionalText, port, secretList, sharedSettings } from '../ops/process/config.ts';
import type { Secret } from '../ops/process/config.ts';
import { elevenlabs } from './providers/elevenlabs.ts';
import type { Provider, ProviderSecret } from './providers/provider.ts';
import { retell } from './providers/retell.ts';
import { standardWebhooks } from './providers/standard-webhooks.ts';
import { twilio } from './providers/twilio.ts';
import { vapi } from './providers/vapi.ts';

/** A malformed secret stops the start: every request it should verify would be lost to a typo. */
const secretsFor = (provider: Provider) =>
  secretList().superRefine((secrets, context) => {
    secrets.forEach((secret, at) => {
      const fault = provider.secretFault(secret.reveal());
      if (fault !== null) context.addIssue({ code: 'custom', message: `secret ${at + 1} ${fault}` });
    });
  });

/** What ingest reads from the environment. A sender without a secret is answered 503. */
export const INGEST_SETTINGS = z.object({
  ...sharedSettings,
  INGEST_HOST: host('127.0.0.1'),
  INGEST_PORT: port(4001),
  INGEST_OPS_PORT: port(9401),
  ELEVENLABS_WEBHOOK_SECRET: secretsFor(elevenlabs),
  TWILIO_AUTH_TOKEN: secretsFor(twilio),
  STANDARD_WEBHOOK_SECRET: secretsFor(standardWebhooks),
  RETELL_WEBHOOK_SECRET: secretsFor(retell),
  VAPI_WEBHOOK_SECRET: secretsFor(vapi),
  PUBLIC_WEBHOOK_URL: optionalText()
    .refine(
      (url) => url === undefined || (/^https?:\/\/[^?#]+$/.test(url) && URL.canParse(url)),
      'must be an http or https address without query',
    )
    .transform((url) => url?.replace(/\/+$/, '')),
});

/**
 * The secrets by sender, as the endpoints need them.
 * @param settings checked settings
 * @returns sender's name → secrets, each named by the first 8 characters of its hash
 */
export function secretsOf(settings: z.output<typeof INGEST_SETTINGS>): Map<string, ProviderSecret[]> {
  return new Map([
    [elevenlabs.name, settings.ELEVENLABS_WEBHOOK_SECRET.map(named)],
    [twilio.name, settings.TWILIO_AUTH_TOKEN.map(named)],
    [standardWebhooks.name, settings.STANDARD_WEBHOOK_SECRET.map(named)],
    [retell.name, settings.RETELL_WEBHOOK_SECRET.map(named)],
    [vapi.name, settings.VAPI_WEBHOOK_SECRET.map(named)],
  ]);
}

function named(secret: Secret): ProviderSecret {
  const value = secret.reveal();
  return { id: createHash('sha256').update(value).digest('hex').slice(0, 8), value };
}
