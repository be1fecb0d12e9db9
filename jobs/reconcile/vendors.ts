/** Which vendors' APIs may be asked, by the settings: what is not configured is null. */
import type { Secret } from '../../ops/process/config.ts';
import { createVendorApi, VENDORS, type Vendor, type VendorApi } from './vendor-api.ts';

/** The APIs that are configured. */
export type Vendors = {
  elevenlabs: VendorApi | null;
  twilio: { api: VendorApi; accountSid: string } | null;
};

/** The settings they are built from, named as in the environment. */
export type VendorSettings = {
  ELEVENLABS_API_KEY: readonly Secret[];
  ELEVENLABS_API_URL: string;
  TWILIO_ACCOUNT_SID?: string | undefined;
  TWILIO_AUTH_TOKEN: readonly Secret[];
  TWILIO_API_URL: string;
};

/** What each vendor needs, in the words that are printed where it is missing. */
const NEEDED = {
  elevenlabs: 'ELEVENLABS_API_KEY',
  twilio: 'TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN',
} as const;

/**
 * Builds the clients. Of several keys the first is used: it is the newest.
 * @param settings checked settings
 * @param signal ends what is under way when the process ends
 */
export function createVendors(settings: VendorSettings, signal: AbortSignal): Vendors {
  const [key] = settings.ELEVENLABS_API_KEY;
  const [token] = settings.TWILIO_AUTH_TOKEN;
  const accountSid = settings.TWILIO_ACCOUNT_SID;
  const elevenlabs =
    key === undefined
      ? null
      : createVendorApi({
          vendor: 'elevenlabs',
          url: settings.ELEVENLABS_API_URL,
          headers: () => ({ 'xi-api-key': key.reveal() }),
          signal,
        });
  if (token === undefined || accountSid === undefined) return { elevenlabs, twilio: null };
  const headers = () => ({
    authorization: `Basic ${Buffer.from(`${accountSid}:${token.reveal()}`).toString('base64')}`,
  });
  const api = createVendorApi({ vendor: 'twilio', url: settings.TWILIO_API_URL, headers, signal });
  return { elevenlabs, twilio: { api, accountSid } };
}

/**
 * The vendors that may be asked.
 * @param vendors as configured; absent: none
 * @param only one vendor's name, or anything else for all
 * @param say told of each that may not be asked, and what is missing
 */
export function configured(
  vendors: Vendors | undefined,
  only: unknown,
  say: (line: string) => void,
): Vendor[] {
  const wanted = VENDORS.filter((one) => one === only || !VENDORS.some((name) => name === only));
  return wanted.filter((one) => {
    const there = (vendors?.[one] ?? null) !== null;
    if (!there) say(`${one} is not asked: ${NEEDED[one]} is not set`);
    return there;
  });
}
