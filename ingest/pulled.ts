/** What was fetched from a sender's API, on its way to the log: read like a webhook, appended by the same append. */
import type { Db } from 'mongodb';
import { createAppend } from './append.ts';
import { createSettingsOf } from './endpoint-settings.ts';
import { DEFAULT_ENDPOINT } from './endpoints-file.ts';
import type { FreshEvent, StoredEvent } from './event.ts';
import { createGroupCommit } from './group-commit.ts';
import type { Outcome } from './group-commit.ts';
import { DEFAULT_SETTINGS, settingsVersion } from './interpret-settings.ts';
import { conversationMeaning, pulledConversationBody } from './providers/elevenlabs-pulled.ts';
import { elevenlabs } from './providers/elevenlabs.ts';
import type { Fields } from './providers/fields.ts';
import type { Delivery, Identified, Provider } from './providers/provider.ts';
import { pulledCallBody, pulledCallTarget } from './providers/twilio-pulled.ts';
import { twilio } from './providers/twilio.ts';
import { recordOf } from './record.ts';
import type { Appendable, Verified } from './record.ts';

/** A fetched answer as an event that may be appended; `sameAs` asks whether a stored version tells readers the same. */
export type PulledEvent = {
  record: Appendable;
  sameAs: (stored: FreshEvent) => Promise<boolean>;
};

/** Reads fetched answers and appends them. */
export type PulledLog = {
  /**
   * A conversation, read under the endpoint and settings of the version before it, else under the defaults.
   * @returns null where the answer cannot be read
   */
  conversation: (
    conversation: Fields,
    told: { pulledAt: Date; previous: StoredEvent | null },
  ) => Promise<PulledEvent | null>;
  /** A Call resource; null where it cannot be read. */
  call: (call: Fields, pulledAt: Date) => Appendable | null;
  /** Appends; resolves once it is durable, or given up. */
  append: (record: Appendable) => Promise<Outcome>;
};

/** Nobody signed it: it was fetched over TLS with our own key. */
const PULLED = { ok: true, scheme: 'pulled', secretId: 'api', skewMs: null } as const;

/**
 * Builds the reader and appender.
 * @param db the database
 */
export function createPulledLog(db: Db): PulledLog {
  const commit = createGroupCommit({ append: createAppend(db.collection<StoredEvent>('events')) });
  const settingsOf = createSettingsOf(db);
  return {
    conversation: async (conversation, { pulledAt, previous }) => {
      const version = previous?.settingsVersion ?? settingsVersion(DEFAULT_SETTINGS);
      const settings = (await settingsOf(version)) ?? DEFAULT_SETTINGS;
      const delivery: Delivery = {
        endpoint: previous?.endpoint ?? DEFAULT_ENDPOINT,
        target: `/v1/convai/conversations/${String(conversation['conversation_id'])}`,
        body: pulledConversationBody(conversation, previous?._id.toString('hex') ?? null),
        headers: {},
        receivedAt: pulledAt,
      };
      const verified = { ...verifiedOf(elevenlabs, delivery), settings, settingsVersion: version };
      const found = onlyEvent(verified);
      if (found === null) return null;
      const sameAs = async (stored: FreshEvent): Promise<boolean> => {
        const storedSettings = (await settingsOf(stored.settingsVersion)) ?? DEFAULT_SETTINGS;
        const before = onlyEvent({
          provider: elevenlabs,
          delivery: deliveryOf(stored),
          settings: storedSettings,
        });
        if (before === null) return false;
        const meaning = conversationMeaning(found, delivery.body);
        return meaning === conversationMeaning(before, bytesOf(stored));
      };
      return { record: recordOf(found, verified), sameAs };
    },
    call: (call, pulledAt) => {
      const { account_sid: accountSid, sid: callSid } = call;
      if (typeof accountSid !== 'string' || typeof callSid !== 'string') return null;
      const target = pulledCallTarget({ accountSid, callSid });
      const body = pulledCallBody(call);
      const delivery = { endpoint: DEFAULT_ENDPOINT, target, body, headers: {}, receivedAt: pulledAt };
      const verified = verifiedOf(twilio, delivery);
      const found = onlyEvent(verified);
      return found === null ? null : recordOf(found, verified);
    },
    append: commit.commit,
  };
}

function verifiedOf(provider: Provider, delivery: Delivery): Verified {
  return { provider, delivery, verdict: PULLED, settingsVersion: settingsVersion(DEFAULT_SETTINGS) };
}

function onlyEvent({
  provider,
  delivery,
  settings,
}: Pick<Verified, 'provider' | 'delivery' | 'settings'>): Identified | null {
  const [found] = provider.identify(delivery, settings);
  return found?.readable === true ? found : null;
}

function deliveryOf(stored: FreshEvent): Delivery {
  const { endpoint, target, headers, receivedAt } = stored;
  return { endpoint, target, body: bytesOf(stored), headers, receivedAt };
}

function bytesOf({ body }: FreshEvent): Buffer {
  return Buffer.from(body.buffer);
}
