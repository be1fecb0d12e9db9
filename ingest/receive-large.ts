/** The way of a body too large to be held: through the HMAC into a temporary file, verified, its audio taken out, the rest as any event. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { addressOf } from './address.ts';
import type { Answer } from './answer.ts';
import type { Endpoint } from './endpoints.ts';
import { NotHeld } from './hold.ts';
import { keepAll } from './keep.ts';
import type { Proofs } from './proofs.ts';
import type { Delivery, LargeBodies, Verdict } from './providers/provider.ts';
import { refuse } from './refuse.ts';
import type { RefuseParts } from './refuse.ts';
import type { Refusal } from './rejected-delivery.ts';
import type { Shares } from './shares.ts';
import type { Spool, Spooled } from './spool.ts';
import { step } from './steps.ts';

/** What the way of large bodies works with. */
export type LargeParts = RefuseParts & { spool: Spool; shares: Shares; proofs: Proofs };

/** A request whose body is larger than what is held. */
export type LargeRequest = { request: IncomingMessage; endpoint: Endpoint; large: LargeBodies };

/** Before and after the audio stand under a kilobyte; so much of each end is looked at. */
const END_BYTES = 64 * 1024;
/** The database takes 16 MiB a document: so large a body without audio is still an event like any other. */
const LARGEST_EVENT_BYTES = 15 * 1024 * 1024;

/**
 * Takes a large body to its fate. The file is gone when this resolves.
 * @param parts what it works with
 * @param arrival the request, paused
 * @param begun what was already read of the body; it is emptied
 */
export async function receiveLarge(
  parts: LargeParts,
  arrival: LargeRequest,
  begun: Buffer[],
): Promise<Answer> {
  const { request, endpoint, large } = arrival;
  const headers = headersOf(request);
  const target = request.url ?? '';
  const hash = createHash('sha256').update(target).update('\n');
  const verifier = large.verifier(headers, endpoint.secrets);
  const refused = (head: Buffer, refusal: Omit<Refusal, 'delivery' | 'address'>) =>
    refuse(parts, endpoint, {
      ...refusal,
      address: addressOf(request.socket),
      delivery: { endpoint: endpoint.name, target, body: head, headers, receivedAt: new Date() },
    });
  if (typeof verifier === 'string') {
    // Nothing that could be verified comes: the rest is not read.
    return { ...(await refused(Buffer.concat(begun), { cause: verifier })), unread: true };
  }
  try {
    const taken = await parts.spool.take(request, begun, (piece) => {
      hash.update(piece);
      verifier.update(piece);
    });
    if ('fate' in taken) return taken;
    await using spooled = taken;
    const receivedAt = new Date();
    const verdict = verifier.verdict(receivedAt);
    const head = await spooled.read(0, END_BYTES);
    if (!verdict.ok) {
      const whole = { bytes: spooled.bytes, bodySha256: hash.digest('hex') };
      return await refused(head, { cause: verdict.cause, whole });
    }
    parts.shares.vouch(addressOf(request.socket));
    parts.proofs.note(endpoint);
    step('verified');
    const delivery = { endpoint: endpoint.name, target, headers, receivedAt, body: head };
    return await keepLarge(parts, arrival, { spooled, delivery, verdict });
  } catch (error) {
    if (error instanceof NotHeld) return { fate: error.fate };
    parts.observer.failed(`taking in a large ${endpoint.provider.name} body`, error);
    return { fate: 'overloaded' };
  }
}

/** What is verified: `delivery.body` is the beginning of what stands in the file. */
type LargeDelivery = { spooled: Spooled; delivery: Delivery; verdict: Extract<Verdict, { ok: true }> };

async function keepLarge(
  parts: LargeParts,
  { endpoint, large }: LargeRequest,
  { spooled, delivery, verdict }: LargeDelivery,
): Promise<Answer> {
  const { provider, settings, settingsVersion } = endpoint;
  const keep = (body: Buffer) =>
    keepAll(parts, { provider, settings, settingsVersion, verdict, delivery: { ...delivery, body } });
  const tail = await spooled.read(Math.max(0, spooled.bytes - END_BYTES), spooled.bytes);
  const audio = large.audioIn({ head: delivery.body, tail, bytes: spooled.bytes });
  if (audio !== null && (await isOneText(spooled.pieces(audio.from, audio.to)))) {
    // Its text is in a file, not in memory.
    return keep(audio.standIn(await parts.keepAudio(() => spooled.pieces(audio.from, audio.to), 0)));
  }
  if (spooled.bytes > LARGEST_EVENT_BYTES) return { fate: 'too_large' };
  return keep(await spooled.read(0, spooled.bytes));
}

/** Whether no quote stands in it: otherwise what looked like one text in the ends is several fields. */
async function isOneText(pieces: AsyncIterable<Buffer>): Promise<boolean> {
  for await (const piece of pieces) if (piece.includes('"')) return false;
  return true;
}

/**
 * Headers as single texts: Node has joined repeated ones by a comma, save the few it keeps as lists.
 * @param request as it came
 */
export function headersOf(request: IncomingMessage): Record<string, string | undefined> {
  const headers = Object.create(null) as Record<string, string | undefined>;
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}
