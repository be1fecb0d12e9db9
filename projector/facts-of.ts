/** An event as a version of the views reads it: with its stored facts, or read from its body again where those are too old. */
import type { Db } from 'mongodb';
import type { StoredEvent } from '../ingest/contract.ts';

/**
 * Reads events for a version; `factsVersion` is the oldest that will do.
 * @returns as many events, in the same order
 */
export type FactsOf = <E extends Pick<StoredEvent, '_id' | 'factsVersion'>>(
  events: readonly E[],
  factsVersion: number,
) => Promise<E[]>;

/** What is read again; `body` is absent where retention took it. */
type Raw = Pick<
  StoredEvent,
  '_id' | 'provider' | 'endpoint' | 'target' | 'headers' | 'receivedAt' | 'settingsVersion'
> & { body?: StoredEvent['body'] };
const RAW = { provider: 1, endpoint: 1, target: 1, headers: 1, receivedAt: 1, settingsVersion: 1, body: 1 };
/** Bodies fetched at once: they may be of megabytes. */
const AT_ONCE = 100;

/**
 * Makes the one rule that projector, rebuild and audit read events by: stored facts where they are new enough, else what today's
 * rules read from the body; where the body is gone, or holds no event to today's rules, the stored facts.
 * @param db the database
 */
export function createFactsOf(db: Db): FactsOf {
  let readAgain: Promise<ReadAgain> | undefined;
  return async (events, factsVersion) => {
    const old = events.filter((event) => event.factsVersion < factsVersion);
    const readings = new Map<string, object>();
    for (let from = 0; from < old.length; from += AT_ONCE) {
      const ids = old.slice(from, from + AT_ONCE).map(({ _id }) => _id);
      const raw = db.collection<StoredEvent>('events').find<Raw>({ _id: { $in: ids } }, { projection: RAW });
      readAgain ??= loadReadAgain(db);
      const read = await readAgain;
      for await (const one of raw) readings.set(one._id.toString('hex'), await read(one));
    }
    return events.map((event) => ({ ...event, ...readings.get(event._id.toString('hex')) }));
  };
}

type ReadAgain = (raw: Raw) => Promise<object>;

/** Loads what the senders' bodies mean, which nobody needs before an event is too old. */
async function loadReadAgain(db: Db): Promise<ReadAgain> {
  const { createSettingsOf, interpret } = await import('../ingest/contract.ts');
  const settingsOf = createSettingsOf(db);
  return async ({ body, settingsVersion, provider, ...delivery }) => {
    const settings = await settingsOf(settingsVersion);
    if (body === undefined || settings === null) return {};
    const reading = interpret(provider, { ...delivery, body: Buffer.from(body.value()) }, settings);
    if (reading === null) return {};
    // Flags tell how the event arrived too, which no body knows.
    const { flags: _, ...read } = reading;
    return read;
  };
}
