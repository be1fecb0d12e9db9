/** Ingest's settings, each named as in the environment. */
import { z } from 'zod';
import { flag, host, optionalText, port, secretList, sharedSettings, text } from '../ops/process/config.ts';
import { namedSecret as named } from './endpoints.ts';
import { readEndpointsFile } from './endpoints-file.ts';
import { elevenlabs } from './providers/elevenlabs.ts';
import type { Provider, ProviderSecret } from './providers/provider.ts';
import { retell } from './providers/retell.ts';
import { standardWebhooks } from './providers/standard-webhooks.ts';
import { twilio } from './providers/twilio.ts';
import { vapi } from './providers/vapi.ts';
import { SPOOL_FOLDER } from './spool.ts';

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
  /** Path of a JSON list of further endpoints; read and checked here, so that a start with a faulty one stops. */
  ENDPOINTS_FILE: optionalText().transform((path, context) => {
    const read = path === undefined ? { endpoints: [] } : readEndpointsFile(path);
    if ('endpoints' in read) return read.endpoints;
    context.addIssue({ code: 'custom', message: read.faults.join('\n    ') });
    return z.NEVER;
  }),
  STORE_AUDIO: flag('false'),
  /** Where bodies too large for memory are put while they are verified. */
  INGEST_SPOOL_FOLDER: text(SPOOL_FOLDER),
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

/**
 * How ingest is to work, as it is built from.
 * @param settings checked settings
 */
export function optionsOf(settings: z.output<typeof INGEST_SETTINGS>) {
  return {
    publicUrl: settings.PUBLIC_WEBHOOK_URL ?? null,
    storeAudio: settings.STORE_AUDIO,
    spoolFolder: settings.INGEST_SPOOL_FOLDER,
  };
}
