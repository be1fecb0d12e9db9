import { describe, expect, test } from '@jest/globals';
import { bodyHash, eventId, positionOf, variantKey } from '../../ingest/keys.ts';

const statedAt = new Date('2026-11-23T10:00:00Z');
const key = { provider: 'twilio', parts: ['AC1', 'CA1', '', '3', 'completed'], statedAt };

describe('the id of an event', () => {
  test('has the seconds first and is the same each time', () => {
    const id = eventId(key);
    expect(id).toHaveLength(16);
    expect(id.readUInt32BE(0)).toBe(statedAt.getTime() / 1_000);
    expect(eventId({ ...key })).toEqual(id);
    expect(positionOf(id)).toHaveLength(22);
  });
  test('differs with any part, and where parts would run together', () => {
    const ids = [
      key,
      { ...key, provider: 'standard' },
      { ...key, parts: ['AC1', 'CA1', '3', 'completed'] },
      { ...key, parts: ['AC1CA1', '', '', '3', 'completed'] },
      variantKey(key, 'ff'.repeat(32)),
      variantKey(key, '00'.repeat(32)),
    ].map((one) => eventId(one).toString('hex'));
    expect(new Set(ids).size).toBe(ids.length);
  });
  test.each([null, new Date(0), new Date('2150-01-01'), new Date(8.64e15), new Date(-1)])(
    'starts with 0 where the time is %p',
    (implausible) => {
      expect(eventId({ ...key, statedAt: implausible }).readUInt32BE(0)).toBe(0);
    },
  );
});

test('the hash covers target and body', () => {
  const hash = bodyHash('/webhooks/twilio', Buffer.from('a'));
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(bodyHash('/webhooks/twilio', Buffer.from('b'))).not.toBe(hash);
  expect(bodyHash('/webhooks/twilio?x', Buffer.from('a'))).not.toBe(hash);
});
