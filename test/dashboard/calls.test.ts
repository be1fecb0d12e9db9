/** Single calls on show: lists and pushes merged, older news dropped. */
import { describe, expect, test } from '@jest/globals';
import {
  activeIn,
  latestIn,
  liveCall,
  withActive,
  withCalls,
  type LiveCall,
} from '../../api/dashboard/calls.ts';

const call = (callId: string, revision: number, rest: Partial<LiveCall> = {}): LiveCall => ({
  callId,
  agent: null,
  agentId: null,
  campaignId: null,
  providers: [],
  direction: null,
  fromNumber: null,
  toNumber: null,
  status: 'in_progress',
  connection: null,
  goal: null,
  sentiment: null,
  startedAtMs: revision,
  durationMs: null,
  revision,
  ...rest,
});
const ids = (calls: readonly LiveCall[]): string[] => calls.map((one) => one.callId);

describe('calls', () => {
  test('an ended call leaves the running ones and stays among the latest', () => {
    const calls = withCalls(new Map(), [call('a', 1), call('b', 2), call('a', 3, { status: 'ended' })]);
    expect(ids(activeIn(calls))).toEqual(['b']);
    expect(ids(latestIn(calls, 5))).toEqual(['a', 'b']);
  });

  test('an older list does not bring an ended call back', () => {
    const ended = withCalls(new Map(), [call('a', 9, { status: 'ended' })]);
    expect(activeIn(withActive(ended, [call('a', 4)], 5))).toEqual([]);
  });

  test('a call that a newer list lacks is gone, one begun after the list stays', () => {
    const calls = withCalls(new Map(), [call('merged', 3), call('new', 8)]);
    expect(ids(activeIn(withActive(calls, [], 5)))).toEqual(['new']);
  });

  test('running calls stand longest first, calls without a start last', () => {
    const calls = withCalls(new Map(), [
      call('c', 1, { startedAtMs: null }),
      call('b', 1, { startedAtMs: 20, status: 'ringing' }),
      call('a', 1, { startedAtMs: 10 }),
    ]);
    expect(ids(activeIn(calls))).toEqual(['a', 'b', 'c']);
  });

  test('old ended calls are let go, running ones never', () => {
    const ended = Array.from({ length: 500 }, (_, n) => call(`e${n}`, n, { status: 'ended' }));
    const calls = withCalls(new Map(), [call('running', 0), ...ended]);
    expect(calls.size).toBe(101);
    expect(calls.has('running')).toBe(true);
    expect(calls.has('e499')).toBe(true);
  });

  test('a call is read from what the API shows', () => {
    const read = liveCall({ callId: 'x', agentId: 'ag', startedAt: '2026-11-24T10:00:00.000Z', sequence: 7 });
    expect(read).toMatchObject({ agent: 'ag', startedAtMs: Date.UTC(2026, 10, 24, 10), revision: 7 });
    expect(liveCall({ agentId: 'ag' })).toBeNull();
  });
});
