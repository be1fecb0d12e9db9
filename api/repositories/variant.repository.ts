/** Reads variants: events that came again under the same id with another body, each beside the one that was there first. */
import type { StoredEvent } from '../../ingest/contract.ts';
import type { ShownEvent } from './event.repository.ts';
import type { Snapshot } from './snapshot.ts';

/** One of the bodies; `body` is null where it may not be read or is gone, and cut where it is long. */
export type ShownBody = {
  eventId: string;
  receivedAt: Date;
  isVariant: boolean;
  bytes: number | null;
  sha256: string;
  body: string | null;
  bodyComplete: boolean;
};

/** Bodies that came under one id. */
export type ShownVariants = { type: string; provider: string; bodies: ShownBody[] };

/** Variants of one answer, and what is shown of a body. */
const MOST_GROUPS = 20;
const MOST_CHARACTERS = 64_000;

/**
 * Reads the variants among events. An id begins with the time that its event states: a variant shares that, and who told what of
 * which part, with the event whose id it came under.
 * @param snapshot the moment to read at
 * @param events of one call
 * @param mayRead whether bodies may be read; they hold whole numbers and what was said
 * @returns one entry an id, the body that came first before the others
 */
export async function variantsOf(
  { session, collection }: Snapshot,
  events: readonly ShownEvent[],
  mayRead: boolean,
): Promise<ShownVariants[]> {
  const groups = new Map<string, ShownEvent[]>();
  for (const event of events) {
    const key = keyOf(event);
    groups.set(key, [...(groups.get(key) ?? []), event]);
  }
  const found = [...groups.values()].filter((group) => group.some(isVariant)).slice(0, MOST_GROUPS);
  if (found.length === 0) return [];
  const ids = found.flat().map(({ id }) => Buffer.from(id, 'base64url'));
  const stored = await collection<StoredEvent>('events')
    .find({ _id: { $in: ids as never } }, { session, projection: { body: 1, bodySha256: 1 } })
    .batchSize(ids.length + 1)
    .toArray();
  const byId = new Map(stored.map((one) => [Buffer.from(one._id.buffer).toString('base64url'), one]));
  return found.map((group) => ({
    ...{ type: group[0]?.type ?? '', provider: group[0]?.provider ?? '' },
    bodies: [...group]
      .sort(
        (a, b) =>
          Number(isVariant(a)) - Number(isVariant(b)) || a.receivedAt.getTime() - b.receivedAt.getTime(),
      )
      .map((event) => shownBody(event, byId.get(event.id), mayRead)),
  }));
}

function isVariant({ flags }: ShownEvent): boolean {
  return flags.includes('variant');
}

/** The first four bytes of an id are the time that its event states, in seconds. */
function keyOf({ id, provider, endpoint, type, partId }: ShownEvent): string {
  const seconds = Buffer.from(id, 'base64url').subarray(0, 4).toString('hex');
  return JSON.stringify([seconds, provider, endpoint, type, partId]);
}

function shownBody(
  event: ShownEvent,
  stored: Pick<StoredEvent, 'body' | 'bodySha256'> | undefined,
  mayRead: boolean,
): ShownBody {
  const bytes = stored?.body === undefined ? null : Buffer.from(stored.body.buffer);
  const text = bytes === null || !mayRead ? null : bytes.toString('utf8');
  return {
    eventId: event.id,
    receivedAt: event.receivedAt,
    isVariant: isVariant(event),
    bytes: bytes?.length ?? null,
    sha256: stored?.bodySha256 ?? '',
    body: text?.slice(0, MOST_CHARACTERS) ?? null,
    bodyComplete: text === null || text.length <= MOST_CHARACTERS,
  };
}
