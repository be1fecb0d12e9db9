/** What the first page needs, asked for before there is a page: the answers are on their way while the rest of the script starts. */
import { readAddress } from './address.ts';
import type { Load } from './loaded.ts';
import { loadOverview, spanKey, type Overview } from './overview-load.ts';
import { askedBy } from './range.ts';
import type { Signs } from './request.ts';

let ahead: { key: string; load: Load<Overview> } | null = null;

/** Asks for the overview where the address names it. */
export function askAhead(): void {
  const readerZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
  const read = readAddress(location.pathname, location.search);
  const address = { ...read, zone: read.zone ?? readerZone };
  if (address.page !== 'overview') return;
  const signs: Signs[] = [];
  const answer = loadOverview(
    askedBy(address, Date.now(), readerZone),
    address.slice,
    (one) => void signs.push(one),
  );
  // Whoever takes it is told.
  answer.catch(() => undefined);
  ahead = {
    key: spanKey(address),
    load: async (heard) => {
      const overview = await answer;
      for (const one of signs) heard(one);
      return overview;
    },
  };
}

/**
 * What was asked ahead, once.
 * @param key names what is wanted, see {@link spanKey}
 * @returns how it is loaded; null where it is something else, or was taken
 */
export function takeAhead(key: string): Load<Overview> | null {
  const taken = ahead?.key === key ? ahead.load : null;
  ahead = null;
  return taken;
}
