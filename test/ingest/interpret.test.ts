import { describe, expect, test } from '@jest/globals';
import { interpret } from '../../ingest/interpret.ts';
import { recordOf } from '../../ingest/record.ts';
import { elevenlabs } from '../../ingest/providers/elevenlabs.ts';

const receivedAt = new Date('2026-11-23T10:05:00Z');
const EVENT = Date.parse('2026-11-23T10:00:00Z') / 1_000;

function deliveryOf(metadata: object, stamp: unknown = EVENT) {
  const body = Buffer.from(
    JSON.stringify({
      type: 'post_call_transcription',
      event_timestamp: stamp,
      data: { conversation_id: 'c1', status: 'done', metadata },
    }),
  );
  return { endpoint: 'default', target: '/', body, headers: {}, receivedAt };
}

describe('reading an event', () => {
  test('a stored body read again says what was stored', () => {
    const delivery = deliveryOf({ start_time_unix_secs: EVENT - 90, call_duration_secs: 60 });
    const [found] = elevenlabs.identify(delivery);
    if (found?.readable !== true) throw new Error('unreadable');
    const verdict = { ok: true, secretId: 's', scheme: 'x', skewMs: 0 } as const;
    const { event } = recordOf(found, { provider: elevenlabs, settingsVersion: '1', delivery, verdict });
    const { partId, links, eventAt, facts, factsVersion, flags } = event;
    expect(interpret('elevenlabs', delivery)).toEqual({ partId, links, eventAt, facts, factsVersion, flags });
    expect(eventAt).toEqual(new Date(EVENT * 1_000));
  });

  test.each([
    ['start in 1970', { start_time_unix_secs: 1 }, 'startedAt'],
    ['start in milliseconds', { start_time_unix_secs: EVENT * 1_000 }, 'startedAt'],
    ['negative duration', { call_duration_secs: -1 }, 'durationMs'],
    ['two days', { call_duration_secs: 172_800 }, 'durationMs'],
  ] as const)('%s is flagged and not counted', (_name, metadata, group) => {
    const reading = interpret('elevenlabs', deliveryOf(metadata));
    expect(reading?.flags).toEqual(['implausible']);
    expect(reading?.facts?.groups[group]).toBeUndefined();
  });

  test('an event of the year 2100 is of its arrival, so that it does not outrank every later one', () => {
    const reading = interpret('elevenlabs', deliveryOf({}, 4_102_444_800));
    expect([reading?.eventAt, reading?.flags]).toEqual([receivedAt, ['implausible']]);
  });

  test('an event without a usable key is flagged', () => {
    expect(interpret('elevenlabs', deliveryOf({}, 'soon'))).toMatchObject({
      flags: ['weak_key'],
      eventAt: receivedAt,
    });
  });

  test('what no sender or no event is, is null', () => {
    expect(interpret('nobody', deliveryOf({}))).toBeNull();
    expect(interpret('elevenlabs', { ...deliveryOf({}), body: Buffer.from('{') })).toBeNull();
  });
});
