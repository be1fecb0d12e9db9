/** ElevenLabs agents: signature, identity and types of their webhooks; what a conversation says is in `elevenlabs-facts.ts`. Pure. */
import type { Facts } from '../facts.ts';
import { DEFAULT_SETTINGS } from '../interpret-settings.ts';
import type { InterpretSettings } from '../interpret-settings.ts';
import { AUDIO_TYPE, audioIn, carriedAudio } from './elevenlabs-audio.ts';
import { conversationFacts, conversationLinks, failureFacts, failureLinks } from './elevenlabs-facts.ts';
import { traceFacts, traceLinks } from './elevenlabs-otel.ts';
import { PULLED_CONVERSATION, pulledConversationKey, pulledFacts } from './elevenlabs-pulled.ts';
import { elevenlabsText } from './elevenlabs-text.ts';
import { fieldsOf, identifier, isFields, isoAt, LONGEST, secondsAt, text } from './fields.ts';
import type { Fields } from './fields.ts';
import { createMatcher, isStale, signedSecondsMs, textKeys } from './hmac.ts';
import { parseJson } from './json.ts';
import { unreadable } from './provider.ts';
import type {
  Delivery,
  Findings,
  Provider,
  ProviderSecret,
  RefusalCause,
  SignedRequest,
  StreamVerifier,
  Verdict,
} from './provider.ts';

const SIGNATURE_HEADER = 'elevenlabs-signature';
/** A real header has some 80 characters, some 150 while a secret is rotated. */
const LONGEST_HEADER = 2_048;
/** The last retry comes about 40 minutes after the first attempt, possibly with the first signature. */
const TOLERANCE = { oldMs: 60 * 60_000, aheadMs: 5 * 60_000 };

/** The adapter for ElevenLabs. */
export const elevenlabs: Provider = {
  name: 'elevenlabs',
  headers: [SIGNATURE_HEADER, 'content-type', 'user-agent'],
  emptyAnswer: false,
  secretFault: (secret) =>
    secret.trim() === secret && secret.length >= 8 ? null : 'is blank-padded or shorter than 8 characters',
  verify,
  large: { verifier, audioIn },
  identify,
  readText: elevenlabsText,
};

function verify(request: SignedRequest, secrets: readonly ProviderSecret[], now: Date): Verdict {
  const begun = verifier(request.headers, secrets);
  if (typeof begun === 'string') return { ok: false, cause: begun };
  begun.update(request.body);
  return begun.verdict(now);
}

/** `t=<unix seconds>,v0=<hex>`: HMAC-SHA256 of `t.body` under the whole secret text; any of several `v0` may match. */
function verifier(
  headers: SignedRequest['headers'],
  secrets: readonly ProviderSecret[],
): StreamVerifier | RefusalCause {
  const header = headers[SIGNATURE_HEADER];
  if (header === undefined || header === '') return 'missing';
  if (header.length > LONGEST_HEADER) return 'malformed';
  const parts = header.split(',').map((part) => part.trim());
  const times = parts.filter((part) => part.startsWith('t=')).map((part) => part.slice(2));
  const values = parts
    .filter((part) => /^v0=[0-9a-f]{64}$/i.test(part))
    .map((part) => Buffer.from(part.slice(3), 'hex'));
  const [time] = times;
  const signedMs = signedSecondsMs(time);
  if (times.length !== 1 || time === undefined || signedMs === null || values.length === 0)
    return 'malformed';
  const matcher = createMatcher(textKeys(secrets), values);
  matcher.update(`${time}.`);
  return {
    update: matcher.update,
    verdict: (now) => {
      const secretId = matcher.match();
      if (secretId === null) return { ok: false, cause: 'wrong' };
      const skewMs = now.getTime() - signedMs;
      if (isStale(skewMs, TOLERANCE)) return { ok: false, cause: 'stale' };
      return { ok: true, secretId, scheme: 'elevenlabs-v0', skewMs };
    },
  };
}

/** What a type that is understood says, and of which other parts it knows. */
type Meaning = {
  facts: (fields: Fields, told: { statedAt: Date | null; settings: InterpretSettings }) => Facts;
  links: (fields: Fields, settings: InterpretSettings) => string[];
};

/** The types that are interpreted; every other type is kept without facts. */
const MEANINGS: ReadonlyMap<string, Meaning> = new Map<string, Meaning>([
  [
    'post_call_transcription',
    { facts: (fields, { settings }) => conversationFacts(fields, settings), links: conversationLinks },
  ],
  [
    'post_call_transcription_otel',
    { facts: (fields, { settings }) => traceFacts(fields, settings), links: traceLinks },
  ],
  [
    PULLED_CONVERSATION,
    { facts: (fields, { settings }) => pulledFacts(fields, settings), links: conversationLinks },
  ],
  [
    'call_initiation_failure',
    { facts: (fields, { statedAt }) => failureFacts(fields, statedAt), links: failureLinks },
  ],
]);

/** Types that are known and say nothing of how a call went: audio is a recording, a voice is no call. */
const SILENT = new Set([
  AUDIO_TYPE,
  'voice_removal_notice',
  'voice_removal_notice_withdrawn',
  'voice_removed',
]);

function identify(delivery: Delivery, settings: InterpretSettings = DEFAULT_SETTINGS): Findings {
  const parsed = parseJson(delivery.body);
  if (!parsed.ok) return unreadable(parsed.reason);
  const envelope = parsed.value;
  if (!isFields(envelope)) return unreadable('shape');
  const type = text(envelope['type'], LONGEST.type);
  if (type === undefined) return unreadable('schema', 'type');
  const fields = fieldsOf(envelope['data']);
  const conversationId = identifier(fields['conversation_id']);
  const statedAt = secondsAt(envelope['event_timestamp']) ?? isoAt(envelope['event_timestamp']) ?? null;
  const meaning = MEANINGS.get(type);
  if (meaning !== undefined && conversationId === undefined) return unreadable('id', 'data.conversation_id');
  const audio = carriedAudio(envelope);
  return [
    {
      readable: true,
      type,
      key: keyOf(envelope, { endpoint: delivery.endpoint, type, conversationId, statedAt }),
      statedAt,
      partId: conversationId === undefined ? null : `elevenlabs:${conversationId}`,
      links: meaning?.links(fields, settings) ?? [],
      flags: meaning === undefined && !SILENT.has(type) ? ['unknown_type'] : [],
      ...(audio !== undefined && { audio }),
      interpret: () => meaning?.facts(fields, { statedAt, settings }) ?? null,
    },
  ];
}

type KeyFields = {
  endpoint: string;
  type: string;
  conversationId: string | undefined;
  statedAt: Date | null;
};

/** A webhook is known by its time, what was fetched by its content. */
function keyOf(envelope: Fields, { endpoint, type, conversationId, statedAt }: KeyFields): string[] | null {
  if (conversationId === undefined) return null;
  if (type === PULLED_CONVERSATION) return pulledConversationKey(envelope, { endpoint, conversationId });
  return statedAt === null ? null : [endpoint, type, conversationId, statedAt.toISOString()];
}
