/** What Conversational Intelligence v3 says of a call: the label of its sentiment operator, if it names the call's leg. Pure. */
import { RANK, SENTIMENTS } from '../facts.ts';
import type { Facts, GroupValues } from '../facts.ts';
import { fieldsOf, isFields, label, oneOf, stated } from './fields.ts';
import type { Fields } from './fields.ts';
import { callSidPart } from './twilio-ids.ts';

/** Most links one event may state. */
const MOST_LINKS = 20;

/** The results of one run of a rule; what is no object is passed over. */
export function resultsOf(fields: Fields): Fields[] {
  const results: unknown = fields['operatorResults'];
  return Array.isArray(results) ? results.filter(isFields) : [];
}

/** The legs that the results name, in their references or their channels; nothing else in them is a link. */
export function intelligenceLinks(results: readonly Fields[]): string[] {
  const named = results.flatMap((result) => {
    const channels: unknown = fieldsOf(result['executionDetails'])['channels'];
    const references: unknown = result['referenceIds'];
    return [
      ...(Array.isArray(references) ? (references as unknown[]) : []),
      ...(Array.isArray(channels)
        ? channels.flatMap((channel) => [channel as unknown, ...Object.values(fieldsOf(channel))])
        : []),
    ];
  });
  const parts = named.map(callSidPart).filter((part) => part !== undefined);
  return [...new Set(parts)].slice(0, MOST_LINKS);
}

/**
 * The sentiment, as the last result of the prebuilt operator of that name gives it. Its score has no documented scale and is
 * left out. Results that name no leg say nothing: alone they are never a call.
 */
export function intelligenceFacts(results: readonly Fields[]): Facts | null {
  const value = results.map(sentimentOf).findLast((sentiment) => sentiment !== undefined);
  if (value === undefined || intelligenceLinks(results).length === 0) return null;
  const sentiment = stated(RANK.sentiment.operator, value);
  return { witness: 'report', groups: sentiment === undefined ? {} : { sentiment } };
}

function sentimentOf(result: Fields): GroupValues['sentiment'] | undefined {
  const operator = fieldsOf(result['operator']);
  const names = [operator['displayName'], operator['friendlyName']];
  if (!names.some((name) => typeof name === 'string' && /^sentiment( analysis)?$/i.test(name)))
    return undefined;
  const given: unknown = isFields(result['result']) ? result['result']['label'] : result['result'];
  const sentiment = oneOf(SENTIMENTS, typeof given === 'string' ? given.toLowerCase() : undefined);
  if (sentiment === undefined) return undefined;
  const sentimentVersion = label(operator['version']);
  return {
    sentiment,
    sentimentSource: 'operator',
    ...(sentimentVersion === undefined ? {} : { sentimentVersion }),
  };
}
