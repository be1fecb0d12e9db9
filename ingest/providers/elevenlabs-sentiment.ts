/** How the caller felt, as an ElevenLabs conversation tells it: the platform's own label, else what the endpoint's mapping names. Pure. */
import { SENTIMENTS } from '../facts.ts';
import type { GroupValues, Sentiment } from '../facts.ts';
import type { InterpretSettings, SentimentMapping } from '../interpret-settings.ts';
import { anyOf, fieldsOf, isFields, oneOf } from './fields.ts';
import type { Fields } from './fields.ts';

type Told = GroupValues['sentiment'];

/**
 * @param fields the conversation
 * @param settings the endpoint's
 * @returns label, score and who gave them; undefined where nobody did
 */
export function conversationSentiment(fields: Fields, settings: InterpretSettings): Told | undefined {
  return platformLabel(fields) ?? mappedLabel(fields, settings);
}

/** The label alone: the range of the platform's score is not documented. Receivers saw it in either of two places. */
function platformLabel(fields: Fields): Told | undefined {
  const places = [fieldsOf(fields['analysis']), fields];
  const labels = places.map((place) => fieldsOf(place['sentiment_analysis'])['overall_label']);
  const sentiment = labels.map((place) => oneOf(SENTIMENTS, place)).find((word) => word !== undefined);
  return sentiment === undefined ? undefined : { sentiment, sentimentSource: 'provider' };
}

/** Never guessed from an id: only what the operator has named is read. */
function mappedLabel(fields: Fields, settings: InterpretSettings): Told | undefined {
  const agentId = fields['agent_id'];
  const byAgent = settings.sentimentByAgent ?? {};
  const own = typeof agentId === 'string' && Object.hasOwn(byAgent, agentId) ? byAgent[agentId] : undefined;
  const mapping = own ?? settings.sentiment;
  if (mapping === undefined) return undefined;
  const { word, number } = valueOf(fieldsOf(fields['analysis']), mapping);
  const score = scoreOf(number, mapping);
  const sentiment = labelOf(word, mapping) ?? cutOff(score, mapping);
  const told = anyOf<Pick<Told, 'sentiment' | 'sentimentScore'>>({ sentiment, sentimentScore: score });
  return told === undefined ? undefined : { ...told, sentimentSource: 'endpoint_mapping' };
}

/** The named item's value as a word and as a number: a criterion has a result and, where it is scored, a score. */
function valueOf(analysis: Fields, { from, id }: SentimentMapping): { word: unknown; number: unknown } {
  if (from === 'data_collection') {
    const { value } = itemOf(analysis['data_collection_results'], id, 'data_collection_id');
    return { word: value, number: value };
  }
  const { result, score } = itemOf(analysis['evaluation_criteria_results'], id, 'criteria_id');
  return { word: result, number: score };
}

/** By its key, else by the id in it. */
function itemOf(results: unknown, id: string, idField: string): Fields {
  const byId = fieldsOf(results);
  if (Object.hasOwn(byId, id)) return fieldsOf(byId[id]);
  return Object.values(byId).find((item): item is Fields => isFields(item) && item[idField] === id) ?? {};
}

function labelOf(word: unknown, { labels = {} }: SentimentMapping): Sentiment | undefined {
  if (typeof word !== 'string' && typeof word !== 'number' && typeof word !== 'boolean') return undefined;
  const key = String(word).trim().toLowerCase();
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/** From −1 at the worst end to 1 at the best; a value off the scale is no score. */
function scoreOf(value: unknown, { scale }: SentimentMapping): number | undefined {
  const isNumeral = typeof value === 'string' && /^-?\d{1,15}(\.\d{1,15})?$/.test(value.trim());
  const number = isNumeral ? Number(value) : value;
  if (scale === undefined || typeof number !== 'number') return undefined;
  const share = (number - scale.worst) / (scale.best - scale.worst);
  return share >= 0 && share <= 1 ? share * 2 - 1 : undefined;
}

function cutOff(score: number | undefined, { scale }: SentimentMapping): Sentiment | undefined {
  if (score === undefined || scale === undefined) return undefined;
  if (score < scale.negativeBelow) return 'negative';
  return score > scale.positiveAbove ? 'positive' : 'neutral';
}
