/** The hot route: bytes ▸ verify ▸ identify ▸ interpret ▸ append ▸ what to answer. Nothing is decoded before it is verified. */
import type { IncomingMessage } from 'node:http';
import type { Answer } from './answer.ts';
import { readBody, refusedByHeaders } from './body.ts';
import type { BodyLimits } from './body.ts';
import type { Endpoint } from './endpoints.ts';
import type { Fate } from './fates.ts';
import type { GroupCommit } from './group-commit.ts';
import { positionOf } from './keys.ts';
import type { Delivery, RefusalCause } from './providers/provider.ts';
import type { Quarantine, QuarantineReason } from './quarantine.ts';
import { recordOf } from './record.ts';
import type { Appendable, Verified } from './record.ts';
import type { Rejected } from './rejected.ts';
import { step } from './steps.ts';

/** What ingest tells of its work; the process turns it into metrics and log lines. */
export type IngestObserver = {
  /** One event, or one request that brought none, and what became of it; `provider` is null where the path names none. */
  decided(provider: string | null, fate: Fate): void;
  /** A request was answered with 200 after so long. */
  acknowledged(tookMs: number): void;
  /** A write of so many events began. */
  flushed(documents: number): void;
  /** So many events are taken in and not yet answered. */
  queued(depth: number): void;
  /** A request failed verification. */
  refused(endpoint: Endpoint, cause: string): void;
  /** A refused request could not be kept; no error where it was dropped because too many came. */
  lost(error?: unknown): void;
  /** Something threw that should not; what was being done is in the text. */
  failed(doing: string, error: unknown): void;
};

/** What the hot route works with. */
export type ReceiveParts = {
  commit: GroupCommit;
  quarantine: Quarantine;
  rejected: Rejected;
  observer: IngestObserver;
  bodyLimits: BodyLimits;
  /** Address that senders use, without path. */
  publicUrl: () => string;
};

/**
 * Takes one POST to an endpoint from its first byte to its fate. Never throws.
 * @param parts what the route works with
 * @param request whose body nobody has read
 * @param endpoint found by the path
 */
export async function receive(
  parts: ReceiveParts,
  request: IncomingMessage,
  endpoint: Endpoint,
): Promise<Answer> {
  const fate = refusedUnread(parts, request, endpoint);
  if (fate !== null) return { fate };
  const read = await readBody(request, parts.bodyLimits);
  if (!read.ok) return { fate: read.fate };
  const receivedAt = new Date();
  const headers = headersOf(request);
  const target = request.url ?? '';
  const delivery: Delivery = { endpoint: endpoint.name, target, body: read.body, headers, receivedAt };
  const signed = { body: read.body, headers, target, publicUrl: endpoint.publicUrl ?? parts.publicUrl() };
  const verdict = endpoint.provider.verify(signed, endpoint.secrets, receivedAt);
  if (!verdict.ok) return refuse(parts, endpoint, { delivery, cause: verdict.cause });
  step('verified');
  const { provider, settings, settingsVersion } = endpoint;
  return keepAll(parts, { provider, settings, settingsVersion, delivery, verdict });
}

/** What can be said before the body is read; a full queue is asked last, so that a wrong request is told what is wrong. */
function refusedUnread(parts: ReceiveParts, request: IncomingMessage, endpoint: Endpoint): Fate | null {
  const allowed = methodsOf(endpoint);
  if (!allowed.includes(request.method ?? '')) return 'wrong_method';
  const refused = refusedByHeaders(request, parts.bodyLimits);
  if (refused !== null) return refused;
  if (endpoint.secrets.length === 0) return 'unconfigured';
  return parts.commit.hasRoom() ? null : 'overloaded';
}

/**
 * The methods an endpoint takes.
 * @returns names as in `Allow`
 */
export function methodsOf({ allowGet }: Endpoint): string[] {
  return allowGet ? ['GET', 'POST'] : ['POST'];
}

/** A signature that is right and only too old is quarantined as well: its bytes are the sender's own. */
async function refuse(
  parts: ReceiveParts,
  endpoint: Endpoint,
  { delivery, cause }: { delivery: Delivery; cause: RefusalCause },
): Promise<Answer> {
  parts.observer.refused(endpoint, cause);
  if (cause !== 'stale') {
    parts.rejected.keep(endpoint.provider, delivery, cause);
    return { fate: 'unsigned' };
  }
  const kept = await quarantined(
    parts,
    { provider: endpoint.provider, delivery },
    { reason: 'stale', issues: [] },
  );
  return { fate: kept.fate === 'quarantined' ? 'stale' : kept.fate };
}

/** Keeps every event of a delivery; one that is not durable refuses the whole, since the sender sends the whole again. */
async function keepAll(parts: ReceiveParts, verified: Verified): Promise<Answer> {
  const answers = await Promise.all(
    readable(parts, verified).map((finding) =>
      'event' in finding ? append(parts, verified, finding) : quarantined(parts, verified, finding),
    ),
  );
  const unsafe = answers.find(({ fate }) => fate === 'unavailable' || fate === 'overloaded');
  return unsafe ?? answers.at(-1) ?? { fate: 'failed' };
}

/** Every finding as a document or as a reason for quarantine. A defect of ours is a reason too: signed bytes are never lost. */
function readable(parts: ReceiveParts, verified: Verified): (Appendable | QuarantineReason)[] {
  const { provider, delivery } = verified;
  try {
    const records = provider
      .identify(delivery, verified.settings)
      .map((finding) =>
        finding.readable ? recordOf(finding, verified) : { reason: finding.reason, issues: finding.issues },
      );
    step('interpreted');
    return records;
  } catch (error) {
    parts.observer.failed(`interpreting a ${provider.name} delivery`, error);
    return [{ reason: 'threw', issues: [] }];
  }
}

async function append(parts: ReceiveParts, verified: Verified, record: Appendable): Promise<Answer> {
  const outcome = await parts.commit.commit(record);
  switch (outcome.fate) {
    case 'overloaded':
    case 'unavailable':
      return { fate: outcome.fate };
    case 'failed':
      parts.observer.failed(`appending a ${verified.provider.name} event`, outcome.error);
      return quarantined(parts, verified, { reason: 'unstorable', issues: [] });
    case 'stored':
    case 'duplicate':
    case 'variant': {
      const unknown = outcome.fate === 'stored' && record.event.flags.includes('unknown_type');
      return {
        fate: unknown ? 'unknown_type' : outcome.fate,
        id: positionOf(outcome.id.buffer),
        position: true,
      };
    }
  }
}

async function quarantined(
  parts: ReceiveParts,
  { provider, delivery }: Pick<Verified, 'provider' | 'delivery'>,
  why: QuarantineReason,
): Promise<Answer> {
  try {
    return { fate: 'quarantined', id: await parts.quarantine(provider, delivery, why) };
  } catch (error) {
    parts.observer.failed(`quarantining a ${provider.name} delivery`, error);
    return { fate: 'unavailable' };
  }
}

/** Headers as single texts: Node has joined repeated ones by a comma, save the few it keeps as lists. */
function headersOf(request: IncomingMessage): Record<string, string | undefined> {
  const headers = Object.create(null) as Record<string, string | undefined>;
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}
