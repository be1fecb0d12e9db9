/** Makes the document of `events` from one identified event and how it was carried. Pure. */
import { Binary, Timestamp } from 'mongodb';
import type { FreshEvent } from './event.ts';
import { readingOf } from './interpret.ts';
import type { InterpretSettings } from './interpret-settings.ts';
import { bodyHash, eventId } from './keys.ts';
import type { EventKey } from './keys.ts';
import type { Delivery, Identified, Provider, Verdict } from './providers/provider.ts';

/** An event ready to be written, with the key it came by, for the case that its id is taken by other bytes. */
export type Appendable = { event: FreshEvent; key: EventKey };

/** A delivery whose signature was found right. */
export type Verified = {
  provider: Provider;
  settingsVersion: string;
  /** The endpoint's settings of that version; left out, the defaults. */
  settings?: InterpretSettings;
  delivery: Delivery;
  verdict: Extract<Verdict, { ok: true }>;
};

/** How an event came into the log: by a delivery, or by the system itself, which signs nothing. */
export type Carried = Omit<Verified, 'provider'> & { provider: Pick<Provider, 'name' | 'headers'> };

/**
 * The document of one event.
 * @param found one finding of the delivery
 * @param carried the delivery and by which secret it was signed
 */
export function recordOf(found: Identified, carried: Carried): Appendable {
  const { provider, delivery, verdict } = carried;
  const { endpoint, receivedAt } = delivery;
  const { target, body } = found.own ?? delivery;
  const bodySha256 = bodyHash(target, body);
  const key: EventKey = {
    provider: provider.name,
    parts: found.key ?? [endpoint, bodySha256],
    statedAt: found.statedAt,
  };
  const event: FreshEvent = {
    _id: new Binary(eventId(key)),
    provider: provider.name,
    endpoint,
    type: found.type,
    ...readingOf(found, receivedAt),
    target,
    settingsVersion: carried.settingsVersion,
    receivedAt,
    logAt: new Timestamp({ t: 0, i: 0 }),
    bodySha256,
    ...(found.own === undefined ? {} : { deliverySha256: bodyHash(delivery.target, delivery.body) }),
    body: new Binary(body),
    headers: keptHeaders(delivery.headers, provider.headers),
    verified: { scheme: verdict.scheme, secretId: verdict.secretId, skewMs: verdict.skewMs },
  };
  return { event, key };
}

/** Longest value of a header that is kept. */
const LONGEST_HEADER = 4_096;

/**
 * The headers that are kept: those on the list, as far as they are short.
 * @param headers of the request
 * @param names the list, in lower case
 */
export function keptHeaders(headers: Delivery['headers'], names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers[name];
      return value === undefined ? [] : [[name, value.slice(0, LONGEST_HEADER)]];
    }),
  );
}
