/** A conversation that was fetched from ElevenLabs instead of told by a webhook: its body, its key, and what it means. Pure. */
import type { Facts } from '../facts.ts';
import { RANK } from '../facts.ts';
import type { InterpretSettings } from '../interpret-settings.ts';
import { canonicalJson, textHash } from './canonical.ts';
import type { IsVolatile } from './canonical.ts';
import { conversationFacts } from './elevenlabs-facts.ts';
import { fieldsOf } from './fields.ts';
import type { Fields } from './fields.ts';
import { parseJson } from './json.ts';
import type { Identified } from './provider.ts';

/** The type under which a fetched conversation stands in the log; no webhook has it. */
export const PULLED_CONVERSATION = 'backfill.conversation';

/** Fields that differ between two readings of one unchanged conversation: clocks among the variables, links with an expiry. */
const VOLATILE: readonly { under: string; names: ReadonlySet<string> }[] = [
  {
    under: 'dynamic_variables',
    names: new Set(['system__time', 'system__time_utc', 'system__call_duration_secs']),
  },
  {
    under: 'transcript',
    names: new Set(['signed_url', 'presigned_url', 'file_url', 'audio_url', 'download_url']),
  },
];

const isVolatile: IsVolatile = (path) =>
  VOLATILE.some(({ under, names }) => names.has(path.at(-1) ?? '') && path.slice(0, -1).includes(under));

/**
 * The body of its event: a pure function of its key, so that two pullers write the same bytes.
 * @param conversation the answer of `GET /v1/convai/conversations/{id}`
 * @param previous `_id` (hex) of the newest version in the log; null where it has none
 * @returns an envelope as a webhook has it, without a time: the event's time is that of its first arrival
 */
export function pulledConversationBody(conversation: Fields, previous: string | null): Buffer {
  const data = isUnderWay(conversation) ? stateOf(conversation) : conversation;
  return Buffer.from(canonicalJson({ type: PULLED_CONVERSATION, previous, data }, isVolatile));
}

/**
 * Its natural key (`providers.md` §4.1): the same content after another version is another event.
 * @param envelope the body, parsed
 * @param ids endpoint and conversation
 */
export function pulledConversationKey(
  envelope: Fields,
  ids: { endpoint: string; conversationId: string },
): string[] {
  const { previous } = envelope;
  const content = textHash(canonicalJson(envelope['data'], isVolatile));
  return [
    ids.endpoint,
    PULLED_CONVERSATION,
    ids.conversationId,
    content,
    typeof previous === 'string' ? previous : '',
  ];
}

/** As a webhook's conversation; one that is only being placed is queued, as a call that Twilio has `initiated`. */
export function pulledFacts(fields: Fields, settings: InterpretSettings): Facts {
  const facts = conversationFacts(fields, settings);
  if (fields['status'] !== 'initiated') return facts;
  return {
    ...facts,
    groups: { ...facts.groups, status: { rank: RANK.status.queued, value: 'queued' } },
  };
}

/**
 * What a version of a conversation tells its readers: the facts, the links, who said what when, and the results of the
 * customer's own analysis. Two versions with the same meaning are one, whatever else in them differs.
 * @param found the version as its adapter finds it
 * @param body its stored bytes
 * @returns canonical text
 */
export function conversationMeaning(found: Identified, body: Buffer): string {
  const parsed = parseJson(body);
  const data = fieldsOf(fieldsOf(parsed.ok ? parsed.value : null)['data']);
  const analysis = fieldsOf(data['analysis']);
  const stated = Object.entries(found.interpret()?.groups ?? {});
  const turns: unknown = data['transcript'];
  return canonicalJson({
    links: found.links,
    facts: Object.fromEntries(stated.map(([group, { value }]) => [group, value])),
    turns: Array.isArray(turns)
      ? turns.map((turn) => told(turn, ['role', 'message', 'time_in_call_secs']))
      : [],
    criteria: eachTold(analysis['evaluation_criteria_results'], ['result', 'score']),
    collected: eachTold(analysis['data_collection_results'], ['value']),
  });
}

/** The named fields of an object as far as they say something: null is "not reported", and so is absence. */
function told(value: unknown, names: readonly string[]): Fields {
  const fields = fieldsOf(value);
  return Object.fromEntries(
    names.flatMap((name) => {
      const said = fields[name];
      return said === null || said === undefined || said === '' ? [] : [[name, said]];
    }),
  );
}

function eachTold(results: unknown, names: readonly string[]): Fields {
  return Object.fromEntries(
    Object.entries(fieldsOf(results)).map(([id, result]) => [id, told(result, names)]),
  );
}

function isUnderWay({ status }: Fields): boolean {
  return status === 'initiated' || status === 'in-progress';
}

/** While a conversation goes on, its words and lengths grow with every look: only what stands fast is an event. */
function stateOf(conversation: Fields): Fields {
  const metadata = fieldsOf(conversation['metadata']);
  const initiation = fieldsOf(conversation['conversation_initiation_client_data']);
  return {
    ...only(conversation, ['agent_id', 'agent_name', 'conversation_id', 'status']),
    metadata: only(metadata, [
      'start_time_unix_secs',
      'accepted_time_unix_secs',
      'phone_call',
      'batch_call',
      'conversation_initiation_source',
    ]),
    conversation_initiation_client_data: only(initiation, ['dynamic_variables']),
  };
}

function only(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(fields, name)).map((name) => [name, fields[name]]),
  );
}
