/** What waits to be pushed: each thing once, no room too soon, and nothing forgotten. */
import { expect, test } from '@jest/globals';
import { createWaiting, thingsIn, type Thing, type Things } from '../../api/waiting.ts';

const call = (id: string): Thing => ({ kind: 'call', id });
const idsIn = (things: Things) =>
  [...things].map(([room, some]) => [
    room,
    ...[...some.values()].map((one) => ('id' in one ? one.id : one.kind)),
  ]);

test('a quiet room is due at once, one that was told only after its pause, whatever the others do', () => {
  const waiting = createWaiting((room) => ({ pauseMs: room === 'slow' ? 1_000 : 100, most: Infinity }));
  expect(waiting.dueInMs(0)).toBeNull();
  waiting.add('slow', call('a'));
  waiting.add('quick', call('b'));
  expect(waiting.dueInMs(0)).toBe(0);
  expect(idsIn(waiting.take(0))).toEqual([
    ['slow', 'a'],
    ['quick', 'b'],
  ]);
  waiting.told(['slow', 'quick'], { takenMs: 5, nowMs: 30 });
  waiting.add('slow', call('a'));
  expect(waiting.dueInMs(10)).toBe(995);
  waiting.add('quick', call('c'));
  expect(waiting.dueInMs(10)).toBe(95);
  expect(idsIn(waiting.take(104))).toEqual([]);
  expect(idsIn(waiting.take(105))).toEqual([['quick', 'c']]);
  waiting.add('quiet', call('d'));
  expect(waiting.dueInMs(106)).toBe(0);
  expect(idsIn(waiting.take(106))).toEqual([['quiet', 'd']]);
  expect(idsIn(waiting.take(1_005))).toEqual([['slow', 'a']]);
  expect(waiting.count()).toBe(0);
});

test('however long reading takes, in ten pauses a room is told ten times at most', () => {
  const waiting = createWaiting(() => ({ pauseMs: 100, most: Infinity }));
  const toldMs: number[] = [];
  let nowMs = 0;
  for (let n = 0; n < 60; n += 1) {
    waiting.add('room', call('a'));
    nowMs += waiting.dueInMs(nowMs) ?? 0;
    const takenMs = nowMs;
    waiting.take(takenMs);
    nowMs += n % 7 === 0 ? 95 : 2;
    waiting.told(['room'], { takenMs, nowMs });
    toldMs.push(nowMs);
  }
  const windows = toldMs.slice(10).map((atMs, n) => atMs - (toldMs[n] ?? 0));
  expect(Math.min(...windows)).toBeGreaterThanOrEqual(1_000);
  // The pause does not begin after the reading: that would be 6,957 ms.
  expect(toldMs.at(-1)).toBeLessThan(6_500);
});

test('a thing that changes often waits once, what could not be told comes again, and of many so many at a time', () => {
  const waiting = createWaiting(() => ({ pauseMs: 0, most: 2 }));
  for (const id of ['a', 'b', 'a', 'c', 'a']) waiting.add('room', call(id));
  expect(waiting.count()).toBe(3);
  const taken = waiting.take(0);
  expect(idsIn(taken)).toEqual([['room', 'a', 'b']]);
  expect(waiting.count()).toBe(1);
  waiting.add('room', call('b'));
  waiting.giveBack(taken);
  expect(waiting.count()).toBe(3);
  waiting.clear();
  expect([waiting.count(), waiting.dueInMs(0)]).toEqual([0, null]);
});

test('of an update only what somebody sees is kept', () => {
  const update = {
    buckets: [{ d: 'agent' as const, k: 'x', at: new Date('2026-03-10T10:00:00Z') }],
    ...{ calls: ['a'], merged: ['b'], campaigns: ['spring'] },
  };
  const seen: string[] = [];
  const rooms = new Set(['view:outcome:daily:agent:x', 'calls_room']);
  thingsIn(
    update,
    (room) => rooms.has(room),
    (room, thing) =>
      seen.push(`${room} ${'bucket' in thing ? thing.bucket.atMs : 'id' in thing && thing.id}`),
  );
  expect(seen).toEqual([
    `view:outcome:daily:agent:x ${Date.parse('2026-03-10T00:00:00Z')}`,
    'calls_room a',
    'calls_room b',
  ]);
});
