/** The senders as a process is configured for them, and a stored request taken up again: its endpoint of today, its signature judged anew. */
import type { z } from 'zod';
import { createEndpoints, namedEndpoints } from './endpoints.ts';
import type { Endpoint, Endpoints } from './endpoints.ts';
import type { Delivery, Verdict } from './providers/provider.ts';
import type { QuarantinedDelivery } from './quarantine.ts';
import { secretsOf } from './settings.ts';
import type { INGEST_SETTINGS } from './settings.ts';

/** Who may send, by which secrets, to which address; `named` are the endpoints beside the default ones. */
export type Senders = {
  endpoints: Endpoints;
  named: readonly Endpoint[];
  /** Address that senders use, without path, where an endpoint has none of its own. */
  publicUrl: string;
  storeAudio: boolean;
};

/**
 * The senders of today's settings.
 * @param settings as ingest reads them
 */
export function sendersOf(settings: z.output<typeof INGEST_SETTINGS>): Senders {
  const { INGEST_HOST: host, INGEST_PORT: port } = settings;
  const named = namedEndpoints(settings.ENDPOINTS_FILE);
  const own = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return {
    named,
    endpoints: createEndpoints(secretsOf(settings), named),
    publicUrl: settings.PUBLIC_WEBHOOK_URL ?? own,
    storeAudio: settings.STORE_AUDIO,
  };
}

/** What the documents of `quarantine` and `rejected` share. */
export type StoredRequest = Pick<
  QuarantinedDelivery,
  'provider' | 'endpoint' | 'target' | 'headers' | 'body' | 'receivedAt'
>;

/**
 * The endpoint of a name as it is served today.
 * @returns null where no such endpoint is configured
 */
export function endpointOf(
  senders: Senders,
  { provider, endpoint }: Pick<StoredRequest, 'provider' | 'endpoint'>,
): Endpoint | null {
  return senders.endpoints(`/webhooks/${provider}/${endpoint}`);
}

/** A stored request, taken up again. */
export type TakenUp = { endpoint: Endpoint; delivery: Delivery; verdict: Verdict };

/**
 * Takes a stored request up again. Its own arrival is the clock that its signature is judged by.
 * @param senders today's
 * @param stored whole, not cut
 * @returns null where its endpoint is no longer configured
 */
export function takeUp(senders: Senders, stored: StoredRequest): TakenUp | null {
  const endpoint = endpointOf(senders, stored);
  if (endpoint === null) return null;
  const { target, headers, receivedAt } = stored;
  const body = Buffer.from(stored.body.buffer);
  const publicUrl = endpoint.publicUrl ?? senders.publicUrl;
  // The method is not stored. Where GET is not allowed it was POST, and a POST without a body must not be read from its address.
  const method = endpoint.allowGet ? {} : { method: 'POST' };
  const verdict = endpoint.provider.verify(
    { body, headers, target, publicUrl },
    endpoint.secrets,
    receivedAt,
  );
  const signed = (verdict.ok ? verdict.target : undefined) ?? target;
  const delivery = { ...method, endpoint: endpoint.name, target: signed, body, headers, receivedAt };
  return { endpoint, delivery, verdict };
}
