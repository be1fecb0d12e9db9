/** From a verified delivery to the log: every event of it appended, what cannot be read quarantined, audio taken out on the way. */
import type { Answer } from './answer.ts';
import type { Base64Text } from './audio.ts';
import type { GroupCommit } from './group-commit.ts';
import { NotHeld } from './hold.ts';
import { positionOf } from './keys.ts';
import type { IngestObserver } from './observe.ts';
import type { AudioEntry, CarriedAudio, Delivery, OwnBytes, Provider } from './providers/provider.ts';
import type { Quarantine, QuarantineReason } from './quarantine.ts';
import { recordOf } from './record.ts';
import type { Appendable, Verified } from './record.ts';
import { step } from './steps.ts';

/** What keeping works with. */
export type KeepParts = {
  commit: GroupCommit;
  quarantine: Quarantine;
  /** Keeps a recording; `bytes` of its text are held in memory meanwhile. */
  keepAudio: (text: Base64Text, bytes: number) => Promise<AudioEntry>;
  /** How long a delivery is held while the database is away, in ms, where not as long as any. */
  holdMsOf: (provider: Provider, delivery: Delivery) => number | undefined;
  observer: Pick<IngestObserver, 'decided' | 'failed'>;
};

/** One finding that cannot be read: of several, its own bytes alone. */
type Unread = QuarantineReason & { own?: OwnBytes };

/**
 * Keeps every event of a delivery; one that is not durable refuses the whole, since the sender sends the whole again. What
 * becomes of the request is told by who answers it, what becomes of its other events here.
 * @param parts what keeping works with
 * @param verified the delivery and by which secret it was signed
 */
export async function keepAll(parts: KeepParts, verified: Verified): Promise<Answer> {
  const answers = await Promise.all(
    readable(parts, verified).map((finding) => {
      if ('event' in finding) return append(parts, verified, finding);
      return 'base64' in finding
        ? keepCarried(parts, verified, finding)
        : quarantineOne(parts, verified, finding);
    }),
  );
  const unsafe = answers.find(({ fate }) => fate === 'unavailable' || fate === 'overloaded');
  const told = unsafe ?? answers.findLast(({ position }) => position === true) ?? answers.at(-1);
  for (const answer of answers) {
    if (answer !== told) parts.observer.decided(verified.provider.name, answer.fate);
  }
  return told ?? { fate: 'failed' };
}

function quarantineOne(
  parts: KeepParts,
  { provider, delivery }: Pick<Verified, 'provider' | 'delivery'>,
  { own, ...why }: Unread,
): Promise<Answer> {
  return quarantined(parts, { provider, delivery: { ...delivery, ...own } }, why);
}

/**
 * Keeps the bytes of a delivery that is no event.
 * @param why it is none
 */
export async function quarantined(
  parts: KeepParts,
  { provider, delivery }: Pick<Verified, 'provider' | 'delivery'>,
  why: QuarantineReason,
): Promise<Answer> {
  try {
    return { fate: 'quarantined', id: await parts.quarantine(provider, delivery, why) };
  } catch (error) {
    if (error instanceof NotHeld) return { fate: error.fate };
    parts.observer.failed(`quarantining a ${provider.name} delivery`, error);
    return { fate: 'unavailable' };
  }
}

/** Every finding as a document or as a reason for quarantine. A defect of ours is a reason too: signed bytes are never lost. */
function readable(parts: KeepParts, verified: Verified): (Appendable | Unread | CarriedAudio)[] {
  const { provider, delivery } = verified;
  try {
    const findings = provider.identify(delivery, verified.settings);
    const records = findings.map((finding): Appendable | Unread | CarriedAudio => {
      if (finding.readable) return finding.audio ?? recordOf(finding, verified);
      const { reason, issues, own } = finding;
      return { reason, issues, ...(own === undefined ? {} : { own }) };
    });
    step('interpreted');
    return records;
  } catch (error) {
    parts.observer.failed(`interpreting a ${provider.name} delivery`, error);
    return [{ reason: 'threw', issues: [] }];
  }
}

/** Audio goes where audio goes; the event's body is the same body with size and hash in its place. */
async function keepCarried(
  parts: KeepParts,
  verified: Verified,
  { base64, standIn }: CarriedAudio,
): Promise<Answer> {
  try {
    const text = Buffer.from(base64, 'latin1');
    const body = standIn(await parts.keepAudio(() => [text], text.length));
    return await keepAll(parts, { ...verified, delivery: { ...verified.delivery, body } });
  } catch (error) {
    if (error instanceof NotHeld) return { fate: error.fate };
    parts.observer.failed(`keeping the audio of a ${verified.provider.name} delivery`, error);
    return { fate: 'unavailable' };
  }
}

async function append(parts: KeepParts, verified: Verified, record: Appendable): Promise<Answer> {
  const { provider, delivery } = verified;
  const outcome = await parts.commit.commit(record, parts.holdMsOf(provider, delivery));
  switch (outcome.fate) {
    case 'overloaded':
    case 'unavailable':
      return { fate: outcome.fate };
    case 'failed':
      parts.observer.failed(`appending a ${verified.provider.name} event`, outcome.error);
      return quarantineOne(parts, verified, {
        reason: 'unstorable',
        issues: [],
        own: { target: record.event.target, body: Buffer.from(record.event.body.buffer) },
      });
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
