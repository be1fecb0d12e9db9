/** What the socket sends is taken only where it belongs to what is on show. */
import { describe, expect, test } from '@jest/globals';
import { activeList, sequenceOf, subscribed, viewUpdate } from '../../api/dashboard/updates.ts';

const bucket = {
  start: '2026-11-24T14:00:00.000Z',
  end: '2026-11-24T15:00:00.000Z',
  totalCalls: 3,
  answeredCalls: 2,
  measuredCalls: 1,
  totalDurationSeconds: 60,
};
const update = { sequence: 9, view: 'duration', window: 'hourly', slice: 'all', revision: 8, bucket };

describe('updates', () => {
  test('a bucket of the window on show is read with its revision', () => {
    expect(viewUpdate(update, 'hourly')).toMatchObject({
      view: 'duration',
      revision: 8,
      row: { totalCalls: 3 },
    });
  });

  test('another window, another slice and an unknown view are passed by', () => {
    expect(viewUpdate(update, 'daily')).toBeNull();
    expect(viewUpdate({ ...update, slice: 'agent:a' }, 'hourly')).toBeNull();
    expect(viewUpdate({ ...update, view: 'weather' }, 'hourly')).toBeNull();
    expect(viewUpdate('nonsense', 'hourly')).toBeNull();
  });

  test('an acknowledgement brings buckets, a refusal its text', () => {
    expect(subscribed('duration', { sequence: 9, buckets: [{ revision: 8, bucket }] })).toHaveLength(1);
    expect(subscribed('duration', { error: 'no such view' })).toEqual({ refused: 'no such view' });
    expect(subscribed('duration', undefined)).toEqual({ refused: 'Live updates were refused' });
  });

  test('the list of running calls is true at its sequence', () => {
    expect(activeList([{ callId: 'a' }, 7], { sequence: 4 })).toMatchObject({
      sequence: 4,
      calls: [{ callId: 'a' }],
    });
    expect(activeList({}, undefined)).toBeNull();
    expect(sequenceOf(undefined)).toBe(0);
  });
});
