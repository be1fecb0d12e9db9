/** The local scorer, and the event that tells of its finding: whose words count, in which language, and that nothing else decides. */
import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import type { ReadTranscript, StoredEvent } from '../../ingest/contract.ts';
import { interpret } from '../../ingest/interpret.ts';
import { sentimentScored } from '../../ingest/learned.ts';
import { PROVIDERS } from '../../ingest/providers/index.ts';
import { createScorer, SCORER } from '../../projector/text/score.ts';
import { eventOf } from '../support/events.ts';
import { storedEvent } from '../support/log-writer.ts';

const score = createScorer();
const said = (language: string | null, ...texts: string[]): ReadTranscript => ({
  language,
  turns: texts.map((text) => ({ speaker: 'caller', text, atSeconds: null })),
});

describe('a transcript', () => {
  test.each([
    ['That was great, thank you.', 'positive'],
    ['That is not good at all.', 'negative'],
    ['It was on the twelfth.', 'neutral'],
  ])('with the words "%s" is %s', async (text, sentiment) => {
    expect(await score(said('en', text))).toMatchObject({ ...SCORER, sentiment });
  });

  test.each(['en', 'EN', 'en-US', 'en_gb'])('that is stated to be in %s is scored', async (language) => {
    expect(await score(said(language, 'Great.'))).not.toBeNull();
  });

  test.each(['de', 'eng', 'end', 'fr-EN', '', null])('in %j is not', async (language) => {
    expect(await score(said(language, 'Great.'))).toBeNull();
  });

  test('is scored by the mean of what the caller said; the agent, and turns without a word, do not count', async () => {
    const alone = await score(said('en', 'I love it.', 'It was on the twelfth.'));
    const mixed = said('en', 'I love it.', '…', '12', 'It was on the twelfth.');
    mixed.turns.push(
      { speaker: 'agent', text: 'Terrible, awful, horrible.', atSeconds: 1 },
      { speaker: 'unknown', text: 'Terrible, awful, horrible.', atSeconds: 2 },
    );
    expect(await score(mixed)).toEqual(alone);
    const single = await score(said('en', 'I love it.'));
    expect(alone?.score).toBeCloseTo((single?.score ?? 0) / 2, 3);
    expect(await score({ language: 'en', turns: mixed.turns.slice(-2) })).toBeNull();
  });

  test('of hours is scored by its beginning, so that scoring never takes long', async () => {
    const long = said('en', ...Array<string>(9_000).fill('I love it, it is great. '.repeat(20)));
    const began = performance.now();
    const found = await score(long);
    expect(performance.now() - began).toBeLessThan(5_000);
    expect(found?.sentiment).toBe('positive');
  });
});

describe('the event of a score', () => {
  const source: StoredEvent = storedEvent(
    eventOf({
      provider: 'elevenlabs',
      endpoint: 'second',
      partId: 'elevenlabs:conv_1',
      facts: { witness: 'conversation', groups: {} },
    }),
  );
  const found = { scorer: 'test', version: 3, sentiment: 'negative', score: -0.4321 } as const;

  test('has the same id and bytes whenever and wherever it is made', () => {
    const [one, other] = [new Date('2026-11-24T00:00:00Z'), new Date('2030-01-01T00:00:00Z')].map(
      (now) => sentimentScored(source, found, now).event,
    );
    expect(one?._id).toEqual(other?._id);
    expect(one?.body).toEqual(other?.body);
    expect(one?.bodySha256).toBe(other?.bodySha256);
    // These bytes are in logs for ever: whoever changes them raises the scorer's version.
    const hash = createHash('sha256')
      .update(one?.body.value() ?? '')
      .digest('hex');
    expect(hash).toMatchInlineSnapshot(`"97d83c257e4cd55d4f536788ad51ec6c83649803cff6697879b83320379e0092"`);
  });

  test('is another for another version or another source', () => {
    const other = { ...source, _id: eventOf({ facts: null })._id };
    const ids = [
      sentimentScored(source, found, new Date()),
      sentimentScored(source, { ...found, version: 4 }, new Date()),
      sentimentScored(other, found, new Date()),
    ].map(({ event }) => event._id.toString('hex'));
    expect(new Set(ids).size).toBe(3);
  });

  test('says a label below every sender, at the time and the endpoint of its source, and nothing else', () => {
    const { event } = sentimentScored(source, found, new Date());
    expect(event).toMatchObject({
      provider: 'callviews',
      endpoint: 'second',
      type: 'sentiment.scored',
      partId: 'elevenlabs:conv_1',
      links: [],
      eventAt: source.eventAt,
      flags: [],
      facts: {
        witness: 'conversation',
        sequence: 3,
        groups: {
          sentiment: {
            rank: 1,
            value: {
              sentiment: 'negative',
              sentimentScore: -0.4321,
              sentimentSource: 'local',
              sentimentVersion: 'test/3',
            },
          },
        },
      },
    });
  });

  test('is read again from its stored bytes to the same facts, and can be sent by nobody', () => {
    const { event } = sentimentScored(source, found, new Date());
    const { partId, links, eventAt, facts, factsVersion, flags, endpoint, target, receivedAt } = event;
    const body = Buffer.from(event.body.value());
    expect(interpret('callviews', { endpoint, target, body, headers: {}, receivedAt })).toEqual({
      ...{ partId, links, eventAt, facts, factsVersion, flags },
    });
    expect(PROVIDERS.map(({ name }) => name)).not.toContain('callviews');
  });
});
