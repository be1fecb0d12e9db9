/** What an ElevenLabs conversation says when it comes as an OpenTelemetry trace: read as the conversation it traces. Pure. */
import { RANK } from '../facts.ts';
import type { Facts } from '../facts.ts';
import type { InterpretSettings } from '../interpret-settings.ts';
import { conversationFacts, conversationLinks } from './elevenlabs-facts.ts';
import { fieldsOf, groupsOf, integer, isFields, stated } from './fields.ts';
import type { Fields } from './fields.ts';
import { parseJson } from './json.ts';

const ROOT_SPAN = 'elevenlabs.conversation';
const USER_SPAN = 'elevenlabs.recv.user_transcript';
const AGENT_SPAN = 'elevenlabs.recv.agent_response';
const PREFIX = 'elevenlabs.';

/**
 * A whole conversation, as `post_call_transcription_otel` tells it: by the rules of the JSON form, with times to the
 * millisecond. The trace is sent when it is complete, so a conversation without a status is over.
 * @param fields the event's `data`
 * @param settings the endpoint's
 */
export function traceFacts(fields: Fields, settings?: InterpretSettings): Facts {
  const { root } = spansOf(fields);
  const facts = conversationFacts(conversationOf(fields), settings);
  const startedAt = nanosecondsAt(root['startTimeUnixNano']);
  const endedAt = nanosecondsAt(root['endTimeUnixNano']);
  const spannedMs = startedAt && endedAt ? endedAt.getTime() - startedAt.getTime() : undefined;
  const durationMs = integer(attributesOf(root).get('session.duration_ms')) ?? spannedMs;
  const times = groupsOf({
    startedAt: stated(RANK.startedAt.conversation, startedAt),
    endedAt: stated(RANK.endedAt.conversation, endedAt),
    durationMs: stated(RANK.durationMs.conversation, durationMs),
  });
  return { ...facts, groups: { ...facts.groups, ...times } };
}

/** The telephone leg a trace names; telephony without a CallSid is linked by a later event. */
export function traceLinks(fields: Fields, settings?: InterpretSettings): string[] {
  return conversationLinks(conversationOf(fields), settings);
}

/**
 * The turns of a trace in the shape of the JSON form's, in the order in which they began; seconds count from the root span.
 * @param fields the event's `data`
 */
export function traceTurns(fields: Fields): Fields[] {
  const { root, spans } = spansOf(fields);
  const beganMs = nanosecondsAt(root['startTimeUnixNano'])?.getTime();
  const turns = spans.flatMap((span) => {
    const role = span['name'] === USER_SPAN ? 'user' : span['name'] === AGENT_SPAN ? 'agent' : null;
    if (role === null) return [];
    const atMs = nanosecondsAt(span['startTimeUnixNano'])?.getTime();
    const seconds = atMs === undefined || beganMs === undefined ? undefined : (atMs - beganMs) / 1_000;
    const message = attributesOf(span).get(`${role}.text`);
    return [{ atMs: atMs ?? Infinity, turn: { role, message, time_in_call_secs: seconds } }];
  });
  return turns.sort((a, b) => (a.atMs < b.atMs ? -1 : a.atMs > b.atMs ? 1 : 0)).map(({ turn }) => turn);
}

/**
 * The trace in the shape of `post_call_transcription.data`. Names under `telephony` other than the external number follow the
 * JSON form: they are read where they come, and what they hold is checked there.
 */
function conversationOf(fields: Fields): Fields {
  const { root, users } = spansOf(fields);
  const attributes = attributesOf(root);
  const under = (prefix: string) => collected(attributes, prefix);
  return {
    agent_id: fields['agent_id'],
    conversation_id: fields['conversation_id'],
    status: attributes.get('status') ?? 'done',
    transcript: Array.from({ length: users }, () => ({ role: 'user' })),
    metadata: { termination_reason: attributes.get('termination_reason'), phone_call: under('telephony.') },
    analysis: {
      ...under('analysis.'),
      data_collection_results: results(under('analysis.data_collection_results.'), 'value'),
      evaluation_criteria_results: results(under('analysis.evaluation_criteria_results.'), 'result'),
    },
    conversation_initiation_client_data: { dynamic_variables: under('dynamic_variable.') },
  };
}

/** All spans, that of the conversation itself, and how many tell that the user spoke. */
function spansOf(fields: Fields): { spans: Fields[]; root: Fields; users: number } {
  const spans = listOf(fieldsOf(fields['otlp_traces'])['resourceSpans'])
    .flatMap((resource) => listOf(resource['scopeSpans']))
    .flatMap((scope) => listOf(scope['spans']));
  return {
    spans,
    root: spans.find(({ name }) => name === ROOT_SPAN) ?? {},
    users: spans.filter(({ name }) => name === USER_SPAN).length,
  };
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

/** A span's attributes by name without the platform's prefix; lists and maps among them are left out. */
function attributesOf(span: Fields): Map<string, unknown> {
  const named = listOf(span['attributes']).flatMap(({ key, value }): [string, unknown][] => {
    if (typeof key !== 'string' || !key.startsWith(PREFIX)) return [];
    const { stringValue, intValue, doubleValue, boolValue } = fieldsOf(value);
    return [[key.slice(PREFIX.length), stringValue ?? integer(intValue) ?? doubleValue ?? boolValue]];
  });
  return new Map(named);
}

function collected(attributes: Map<string, unknown>, prefix: string): Fields {
  const found = [...attributes].filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]));
}

/** Results by id: an attribute holds the bare value, or the JSON form's object as text. */
function results(byId: Fields, bare: 'value' | 'result'): Fields {
  return Object.fromEntries(
    Object.entries(byId).map(([id, held]) => {
      const parsed = typeof held === 'string' && held.startsWith('{') ? parseJson(Buffer.from(held)) : null;
      return [id, parsed?.ok === true ? fieldsOf(parsed.value) : { [bare]: held }];
    }),
  );
}

/** Nanoseconds since 1970, as digits or as a number, as an instant. */
function nanosecondsAt(value: unknown): Date | undefined {
  if (typeof value === 'string' && /^\d{7,19}$/.test(value)) return new Date(Number(value.slice(0, -6)));
  return typeof value === 'number' && value > 0 && value < 1e19
    ? new Date(Math.round(value / 1e6))
    : undefined;
}
