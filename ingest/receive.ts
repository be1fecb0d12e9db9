/** The hot route: bytes ▸ verify ▸ identify ▸ interpret ▸ append ▸ what to answer. Nothing is decoded before it is verified. */
import type { IncomingMessage } from 'node:http';
import { addressOf } from './address.ts';
import type { Answer } from './answer.ts';
import { refusedByHeaders } from './body.ts';
import type { BodyLimits, ReadBodies } from './body.ts';
import type { Endpoint } from './endpoints.ts';
import type { Fate } from './fates.ts';
import { keepAll } from './keep.ts';
import type { Delivery } from './providers/provider.ts';
import { headersOf, receiveLarge } from './receive-large.ts';
import type { LargeParts } from './receive-large.ts';
import { refuse } from './refuse.ts';
import type { Room } from './room.ts';
import { step } from './steps.ts';

/** What the hot route works with. */
export type ReceiveParts = LargeParts & {
  room: Pick<Room, 'hasRoom'>;
  bodyLimits: BodyLimits;
  readBody: ReadBodies;
  /** Address that senders use, without path. */
  publicUrl: () => string;
};

/**
 * Takes one request to an endpoint from its first byte to its fate. Never throws.
 * @param parts what the route works with
 * @param request whose body nobody has read
 * @param endpoint found by the path
 */
export async function receive(
  parts: ReceiveParts,
  request: IncomingMessage,
  endpoint: Endpoint,
): Promise<Answer> {
  const large = endpoint.provider.large;
  const fate = refusedUnread(parts, request, endpoint);
  if (fate === 'too_large' && large !== undefined) {
    return receiveLarge(parts, { request, endpoint, large }, []);
  }
  if (fate !== null) return { fate };
  const read = await parts.readBody(request);
  if (!read.ok) {
    return read.fate === 'too_large' && large !== undefined
      ? receiveLarge(parts, { request, endpoint, large }, read.begun)
      : { fate: read.fate };
  }
  const receivedAt = new Date();
  const headers = headersOf(request);
  const target = request.url ?? '';
  const { method = '' } = request;
  const { name } = endpoint;
  const delivery: Delivery = { method, endpoint: name, target, body: read.body, headers, receivedAt };
  const signed = { body: read.body, headers, target, publicUrl: endpoint.publicUrl ?? parts.publicUrl() };
  const verdict = endpoint.provider.verify(signed, endpoint.secrets, receivedAt);
  if (!verdict.ok) {
    return refuse(parts, endpoint, { delivery, cause: verdict.cause, address: addressOf(request.socket) });
  }
  parts.shares.vouch(addressOf(request.socket));
  parts.proofs.note(endpoint);
  step('verified');
  const { provider, settings, settingsVersion } = endpoint;
  const asSigned = { ...delivery, target: verdict.target ?? target };
  return keepAll(parts, { provider, settings, settingsVersion, delivery: asSigned, verdict });
}

/** What can be said before the body is read; its size is asked last, since a large body may still be taken another way. */
function refusedUnread(parts: ReceiveParts, request: IncomingMessage, endpoint: Endpoint): Fate | null {
  if (!methodsOf(endpoint).includes(request.method ?? '')) return 'wrong_method';
  const refused = refusedByHeaders(request, parts.bodyLimits);
  if (refused === 'encoded') return refused;
  if (endpoint.secrets.length === 0) return 'unconfigured';
  if (!parts.room.hasRoom()) return 'overloaded';
  return refused;
}

/**
 * The methods an endpoint takes.
 * @returns names as in `Allow`
 */
export function methodsOf({ allowGet }: Endpoint): string[] {
  return allowGet ? ['GET', 'POST'] : ['POST'];
}
