/** The jobs' settings, each named as in the environment. */
import { z } from 'zod';
import { ACCOUNT_SID } from '../ingest/contract.ts';
import {
  optionalText,
  port,
  Secret,
  secretList,
  sharedSettings,
  text,
  wholeNumber,
} from '../ops/process/config.ts';
import { readAlertsFile } from './alerts/rules.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** The address of an API; credentials go there, so only TLS will do, save on this machine. */
const apiUrl = (byDefault: string) =>
  text(byDefault).refine((value) => {
    if (!/^https?:\/\/[^?#@\\]+$/.test(value) || !URL.canParse(value)) return false;
    const { protocol, hostname } = new URL(value);
    return protocol === 'https:' || LOOPBACK.has(hostname);
  }, 'must be an https address without query (http on this machine alone)');

/** A credential travels in a header: printable, no blanks. */
const credential = () =>
  secretList().refine(
    (secrets) => secrets.every((secret) => /^[\x21-\x7e]+$/.test(secret.reveal())),
    'holds blanks or characters that no header takes',
  );

const retained = () => wholeNumber({ least: 1, most: 36_500 }).optional();

/** What the jobs read from the environment. Without API access `reconcile` has nobody to ask. */
export const JOBS_SETTINGS = z.object({
  ...sharedSettings,
  JOBS_OPS_PORT: port(9403),
  ELEVENLABS_API_KEY: credential(),
  ELEVENLABS_API_URL: apiUrl('https://api.elevenlabs.io'),
  TWILIO_ACCOUNT_SID: optionalText().refine(
    (sid) => sid === undefined || ACCOUNT_SID.test(sid),
    'must be AC and 32 hex digits',
  ),
  TWILIO_AUTH_TOKEN: credential(),
  TWILIO_API_URL: apiUrl('https://api.twilio.com'),
  /** After so many hours without a word a call that nobody ended is given up; telephony ends one after four by itself. */
  /** After so many days raw bodies, transcripts and recordings go, each for itself; where nothing is set they stay. */
  RETAIN_BODIES_DAYS: retained(),
  RETAIN_TRANSCRIPTS_DAYS: retained(),
  RETAIN_AUDIO_DAYS: retained(),
  STALE_CALL_HOURS: wholeNumber({ least: 1, most: 720 }).default(4),
  /** Path of the file of business alerts; read and checked here, so that a start with a faulty one stops. */
  ALERTS_FILE: optionalText().transform((path, context) => {
    const read = path === undefined ? undefined : readAlertsFile(path);
    if (read === undefined || 'rules' in read) return read;
    context.addIssue({ code: 'custom', message: read.faults.join('\n    ') });
    return z.NEVER;
  }),
  /** The mail server for them, with user and password: smtps://user:password@mail.example.com */
  SMTP_URL: optionalText()
    .refine(
      (url) => url === undefined || /^smtps?:\/\/[^/?#]+\/?$/.test(url),
      'must be smtp:// or smtps:// and a host',
    )
    .transform((url) => (url === undefined ? undefined : new Secret(url))),
});
