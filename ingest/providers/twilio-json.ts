/** Twilio's JSON: operator results of Conversational Intelligence, and Event Streams, one event per element. Pure. */
import { fieldsOf, identifier, isFields, isoAt, LONGEST, text } from './fields.ts';
import type { Fields } from './fields.ts';
import { elementsOf, isArrayText, parseJson } from './json.ts';
import { unreadable } from './provider.ts';
import type { Delivery, Findings, Identified, OwnBytes, Unreadable } from './provider.ts';
import { identifyCallback } from './twilio-callbacks.ts';
import type { FormParameters } from './twilio-form.ts';
import { callSidPart } from './twilio-ids.ts';
import { intelligenceFacts, intelligenceLinks, resultsOf } from './twilio-intelligence.ts';
import { targetOfElement } from './twilio-signature.ts';
import { summaryFacts } from './twilio-summary.ts';

/** More elements than the queue of writes could ever take in at once would be refused for ever. */
const MOST_ELEMENTS = 1_000;

/**
 * What a JSON body holds.
 * @param delivery whose body is under the signature by its hash
 * @returns one finding, or one per element of an array
 */
export function identifyJson({ body, target }: Delivery): Findings {
  if (!isArrayText(body)) return identifyObject(body, target);
  const elements = elementsOf(body);
  if (elements === null) return unreadable('unparsable');
  if (elements.length === 0 || elements.length > MOST_ELEMENTS) return unreadable('shape', 'length');
  return elements.flatMap((element) => {
    const own: OwnBytes = { target: targetOfElement(target, element), body: element };
    return identifyObject(element, own.target).map((found) => ({ ...found, own }));
  });
}

function identifyObject(body: Buffer, target: string): (Identified | Unreadable)[] {
  const parsed = parseJson(body);
  if (!parsed.ok) return [...unreadable(parsed.reason)];
  const fields = parsed.value;
  if (!isFields(fields)) return [...unreadable('shape')];
  if (fields['specversion'] !== undefined) return [cloudEvent(fields, target)];
  if (fields['transcript_sid'] !== undefined) return [transcriptAvailable(fields)];
  if (Array.isArray(fields['operatorResults'])) return [operatorResults(fields)];
  const type = text(fields['event_type'] ?? fields['type'], LONGEST.type) ?? 'json';
  return [{ ...SILENT, type, flags: ['unknown_type'] }];
}

/** The key may use only source and id: an event is delivered at least once, in any order. */
function cloudEvent(fields: Fields, target: string): Identified | Unreadable {
  const type = text(fields['type'], LONGEST.type);
  const [source, id] = [identifier(fields['source']), identifier(fields['id'])];
  if (type === undefined || source === undefined || id === undefined) {
    const issues = Object.entries({ type, source, id }).filter(([, value]) => value === undefined);
    return { readable: false, reason: 'schema', issues: issues.map(([name]) => name) };
  }
  const data = fieldsOf(fields['data']);
  const event = { ...SILENT, type, key: [source, id], statedAt: isoAt(fields['time']) ?? null };
  if (SUMMARY_TYPE.test(type)) return callSummary(event, data);
  if (type.startsWith('com.twilio.voice.status-callback.')) return streamedCallback(event, data, target);
  return { ...event, flags: ['unknown_type'] };
}

const SUMMARY_TYPE = /^com\.twilio\.voice\.insights\.call-summary\.(partial|predicted-complete|complete)$/;

function callSummary(event: Identified, data: Fields): Identified | Unreadable {
  const partId = callSidPart(data['call_sid']);
  if (partId === undefined) return { readable: false, reason: 'id', issues: ['data.call_sid'] };
  const parent = callSidPart(data['parent_call_sid']);
  return {
    ...event,
    partId,
    links: parent === undefined ? [] : [parent],
    interpret: () => summaryFacts(data),
  };
}

/** A status callback that comes by the stream as well carries the same parameters: it says the same of the same leg. */
function streamedCallback(event: Identified, data: Fields, target: string): Identified {
  const request = fieldsOf(data['request']);
  const parameters = Object.create(null) as FormParameters;
  for (const [name, value] of Object.entries(fieldsOf(request['parameters']))) {
    if (typeof value === 'string') parameters[name] = value;
  }
  const [found] = identifyCallback(parameters, text(request['url'], 2_048) ?? target);
  if (found?.readable !== true) return { ...event, flags: ['unknown_type'] };
  const { key, type } = event;
  return { ...found, key, type, statedAt: found.statedAt ?? event.statedAt };
}

/** Version 2 tells only that a transcript is there; its results are fetched. A customer key may name the leg. */
function transcriptAvailable(fields: Fields): Identified | Unreadable {
  const sid = text(fields['transcript_sid'], LONGEST.id);
  if (sid === undefined || !/^GT[0-9a-fA-F]{32}$/.test(sid)) {
    return { readable: false, reason: 'id', issues: ['transcript_sid'] };
  }
  const type = text(fields['event_type'], LONGEST.type);
  const leg = callSidPart(fields['customer_key']);
  return {
    ...SILENT,
    type: type ?? 'json',
    key: type === undefined ? null : [sid, type],
    partId: `twilio-intelligence:${sid}`,
    links: leg === undefined ? [] : [leg],
    flags: type === 'voice_intelligence_transcript_available' ? [] : ['unknown_type'],
  };
}

/** Version 3 sends the results of one run of a rule; the ids of all of them are the key. */
function operatorResults(fields: Fields): Identified {
  const results = resultsOf(fields);
  const ids = results.map((result) => identifier(result['id']));
  const known = ids.filter((id) => id !== undefined);
  const conversation = identifier(fields['conversationId']);
  return {
    ...SILENT,
    type: 'intelligence.rule_execution',
    key: known.length > 0 && known.length === ids.length ? known : null,
    partId: conversation === undefined ? null : `twilio-intelligence:${conversation}`,
    links: intelligenceLinks(results),
    interpret: () => (conversation === undefined ? null : intelligenceFacts(results)),
  };
}

const SILENT: Identified = {
  readable: true,
  type: 'json',
  key: null,
  statedAt: null,
  partId: null,
  links: [],
  flags: [],
  interpret: () => null,
};
