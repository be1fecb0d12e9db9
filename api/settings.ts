/** The api's settings, each named as in the environment. */
import { z } from 'zod';
import { choice, host, port, sharedSettings, text } from '../ops/process/config.ts';
import { zoneNamed } from './periods.ts';

/** Addresses that only this machine reaches. */
const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1']);

/** What the api reads from the environment. */
export const API_SETTINGS = z
  .object({
    ...sharedSettings,
    API_HOST: host('127.0.0.1'),
    API_PORT: port(4000),
    API_OPS_PORT: port(9400),
    API_ORIGINS: text('')
      .transform((list) =>
        list
          .split(',')
          .map((one) => one.trim())
          .filter((one) => one !== ''),
      )
      .refine(
        (list) => list.every((one) => URL.canParse(one) && new URL(one).origin === one),
        'must be origins with commas between them, such as https://example.com; * is not one',
      ),
    API_AUTH: choice(['auto', 'required', 'off'], 'auto'),
    REPORTING_TIME_ZONE: text('UTC')
      .refine((zone) => zoneNamed(zone) !== null, 'must be an IANA time zone, such as Europe/Berlin')
      .transform((zone) => zoneNamed(zone) ?? zone),
  })
  .superRefine((settings, context) => {
    const fault = authFault(settings);
    if (fault !== null) context.addIssue({ code: 'custom', path: ['API_AUTH'], message: fault });
  });

/** Why the door may not stand as asked. */
function authFault(settings: { API_AUTH: string; API_HOST: string; NODE_ENV: string }): string | null {
  const isLoopback = LOOPBACK.has(settings.API_HOST);
  const isRefused = settings.API_AUTH === 'off' && settings.NODE_ENV === 'production' && !isLoopback;
  return isRefused ? 'off is refused in production unless API_HOST is loopback' : null;
}

/**
 * Whether the door may be open to this machine while there is no key: not in production, not where others reach it.
 * @param settings of the api
 * @returns true where it may
 */
export function mayBeOpen(settings: { API_HOST: string; NODE_ENV: string }): boolean {
  return LOOPBACK.has(settings.API_HOST) && settings.NODE_ENV !== 'production';
}
