import { describe, expect, test } from '@jest/globals';
import { DEFAULT_SETTINGS } from '../../../ingest/interpret-settings.ts';
import type { InterpretSettings, SentimentMapping } from '../../../ingest/interpret-settings.ts';
import { conversationSentiment } from '../../../ingest/providers/elevenlabs-sentiment.ts';

const LABELS: SentimentMapping = {
  from: 'data_collection',
  id: 'mood',
  labels: { happy: 'positive', true: 'negative', '3': 'mixed' },
};
const SCALE: SentimentMapping = {
  from: 'data_collection',
  id: 'mood',
  scale: { worst: 1, best: 5, negativeBelow: -0.25, positiveAbove: 0.25 },
};
const settings = (more: Partial<InterpretSettings>): InterpretSettings => ({ ...DEFAULT_SETTINGS, ...more });
const collected = (value: unknown) => ({ analysis: { data_collection_results: { mood: { value } } } });
const mapped = (value: unknown, mapping: SentimentMapping) =>
  conversationSentiment(collected(value), settings({ sentiment: mapping }));

describe('a mapped sentiment', () => {
  test.each<[unknown, string | undefined]>([
    ['happy', 'positive'],
    [' HAPPY ', 'positive'],
    [true, 'negative'],
    [3, 'mixed'],
    ['3', 'mixed'],
    ['glad', undefined],
    ['constructor', undefined],
    [null, undefined],
    [{ happy: 1 }, undefined],
    [['happy'], undefined],
    [undefined, undefined],
  ])('by labels: %p is %p', (value, sentiment) => {
    expect(mapped(value, LABELS)).toEqual(
      sentiment === undefined ? undefined : { sentiment, sentimentSource: 'endpoint_mapping' },
    );
  });

  test.each<[unknown, string | undefined, number | undefined]>([
    [1, 'negative', -1],
    [2, 'negative', -0.5],
    [2.5, 'neutral', -0.25],
    [3, 'neutral', 0],
    ['4', 'positive', 0.5],
    [5, 'positive', 1],
    [0, undefined, undefined],
    [5.01, undefined, undefined],
    ['', undefined, undefined],
    ['0x3', undefined, undefined],
    [true, undefined, undefined],
    [null, undefined, undefined],
  ])('by a scale: %p is %p', (value, sentiment, sentimentScore) => {
    expect(mapped(value, SCALE)).toEqual(
      sentiment === undefined
        ? undefined
        : { sentiment, sentimentScore, sentimentSource: 'endpoint_mapping' },
    );
  });

  test('by a scale on which more is worse', () => {
    const scale = { worst: 10, best: 0, negativeBelow: 0, positiveAbove: 0 };
    expect(mapped(9, { ...SCALE, scale })).toMatchObject({ sentiment: 'negative', sentimentScore: -0.8 });
    expect(mapped(1, { ...SCALE, scale })).toMatchObject({ sentiment: 'positive', sentimentScore: 0.8 });
  });

  test('of a criterion is its result, its score where it has one', () => {
    const criterion: SentimentMapping = {
      from: 'evaluation_criterion',
      id: 'calm',
      labels: { success: 'positive', failure: 'negative' },
      scale: { worst: 0, best: 10, negativeBelow: 0, positiveAbove: 0 },
    };
    const told = (item: object) =>
      conversationSentiment(
        {
          analysis: {
            evaluation_criteria_results: { calm: item },
            data_collection_results: { calm: { value: 1 } },
          },
        },
        settings({ sentiment: criterion }),
      );
    expect(told({ result: 'failure' })).toEqual({
      sentiment: 'negative',
      sentimentSource: 'endpoint_mapping',
    });
    expect(told({ result: 'success', score: 10 })).toMatchObject({
      sentiment: 'positive',
      sentimentScore: 1,
    });
    expect(told({ result: 'unknown' })).toBeUndefined();
  });

  test('is found by the id inside the item too, and never taken from another item', () => {
    const items = {
      k1: { data_collection_id: 'other', value: 'happy' },
      k2: null,
      k3: { data_collection_id: 'mood', value: 'happy' },
    };
    const fields = (results: unknown) => ({ analysis: { data_collection_results: results } });
    const read = (results: unknown) =>
      conversationSentiment(fields(results), settings({ sentiment: LABELS }));
    expect(read(items)?.sentiment).toBe('positive');
    for (const wrong of [{ k1: items.k1 }, null, [], 'x', { mood: 'happy' }])
      expect(read(wrong)).toBeUndefined();
  });

  test('of an agent goes before that of the endpoint, the platform’s own label before both', () => {
    const both = settings({
      sentiment: LABELS,
      sentimentByAgent: { a1: { ...LABELS, labels: { happy: 'neutral' } } },
    });
    const read = (agentId: string, more: object = {}) =>
      conversationSentiment({ ...collected('happy'), agent_id: agentId, ...more }, both);
    expect(read('a1')?.sentiment).toBe('neutral');
    expect(read('a2')?.sentiment).toBe('positive');
    expect(read('toString')?.sentiment).toBe('positive');
    expect(read('a1', { sentiment_analysis: { overall_label: 'negative' } })).toEqual({
      sentiment: 'negative',
      sentimentSource: 'provider',
    });
  });

  test('is none where nothing is mapped', () => {
    expect(conversationSentiment(collected('happy'), DEFAULT_SETTINGS)).toBeUndefined();
  });
});
