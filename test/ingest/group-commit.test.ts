import { describe, expect, test } from '@jest/globals';
import { Binary } from 'mongodb';
import type { Db } from 'mongodb';
import { createAppend, Unacknowledged } from '../../ingest/append.ts';
import type { Append } from '../../ingest/append.ts';
import type { StoredEvent } from '../../ingest/event.ts';
import { createRoom } from '../../ingest/room.ts';
import { COMMIT_LIMITS, createGroupCommit } from '../../ingest/group-commit.ts';
import { recordOf } from '../../ingest/record.ts';
import type { Appendable } from '../../ingest/record.ts';
import { elevenlabs } from '../../ingest/providers/elevenlabs.ts';
import { openIngestDatabase } from '../support/ingest.ts';

const receivedAt = new Date('2026-11-23T10:00:00Z');

function itemOf(conversation: string, more: object = {}): Appendable {
  const body = Buffer.from(
    JSON.stringify({
      type: 'post_call_transcription',
      event_timestamp: 1_795_428_000,
      data: { conversation_id: conversation, status: 'done', ...more },
    }),
  );
  const delivery = { endpoint: 'default', target: '/webhooks/elevenlabs', body, headers: {}, receivedAt };
  const [found] = elevenlabs.identify(delivery);
  if (found?.readable !== true) throw new Error('the test event cannot be read');
  const verdict = { ok: true, secretId: 's', scheme: 'x', skewMs: 0 } as const;
  return recordOf(found, { provider: elevenlabs, settingsVersion: '1', delivery, verdict });
}
const eventsOf = (db: Db) => db.collection<StoredEvent>('events');

describe('group commit on a real replica set', () => {
  test('500 events at once are stored in a few writes, each once', async () => {
    await using database = await openIngestDatabase();
    const events = eventsOf(database.db);
    const flushes: number[] = [];
    const room = createRoom(COMMIT_LIMITS);
    const queue = createGroupCommit({
      append: createAppend(events),
      room,
      onFlush: (documents) => flushes.push(documents),
    });
    const outcomes = await Promise.all(Array.from({ length: 500 }, (_, n) => queue.commit(itemOf(`c${n}`))));
    expect(new Set(outcomes.map(({ fate }) => fate))).toEqual(new Set(['stored']));
    expect(await events.countDocuments()).toBe(500);
    expect(flushes.reduce((sum, documents) => sum + documents, 0)).toBe(500);
    expect(flushes.length).toBeLessThan(20);
    expect(room.depth()).toBe(0);
  });

  test('the same event at the same instant through two processes is stored once', async () => {
    await using database = await openIngestDatabase();
    const events = eventsOf(database.db);
    const one = createGroupCommit({ append: createAppend(events) });
    const other = createGroupCommit({ append: createAppend(events) });
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, n) => (n % 2 === 0 ? one : other).commit(itemOf('same'))),
    );
    const fates = outcomes.map(({ fate }) => fate);
    expect(fates.filter((fate) => fate === 'stored')).toHaveLength(1);
    expect(fates.filter((fate) => fate === 'duplicate')).toHaveLength(39);
    expect(await events.countDocuments()).toBe(1);
  });

  test('the same key with other bytes is a variant, and that variant again a duplicate', async () => {
    await using database = await openIngestDatabase();
    const events = eventsOf(database.db);
    const append = createAppend(events);
    const [first, other, again] = [
      itemOf('c'),
      itemOf('c', { agent_id: 'a' }),
      itemOf('c', { agent_id: 'a' }),
    ];
    const fates = [];
    for (const batch of [[first], [other, itemOf('c')], [again]]) fates.push(...(await append(batch)));
    expect(fates.map((result) => (result instanceof Error ? result : result.fate))).toEqual([
      'stored',
      'variant',
      'duplicate',
      'duplicate',
    ]);
    const stored = await events.find().toArray();
    expect(stored.map(({ flags }) => flags)).toEqual(expect.arrayContaining([[], ['variant']]));
    expect(new Set(stored.map(({ bodySha256 }) => bodySha256)).size).toBe(2);
  });

  test('a document that cannot be written fails alone', async () => {
    await using database = await openIngestDatabase();
    const events = eventsOf(database.db);
    const queue = createGroupCommit({ append: createAppend(events) });
    const unsendable = itemOf('unsendable');
    unsendable.event.headers = { 'nul\0key': 'x' };
    const refused = itemOf('refused');
    refused.event.factsVersion = 0;
    const items = [
      ...Array.from({ length: 30 }, (_, n) => itemOf(`a${n}`)),
      unsendable,
      refused,
      itemOf('last'),
    ];
    const outcomes = await Promise.all(items.map((item) => queue.commit(item)));
    const fates = outcomes.map(({ fate }) => fate);
    expect(fates.slice(30)).toEqual(['failed', 'failed', 'stored']);
    expect(fates.filter((fate) => fate === 'stored')).toHaveLength(31);
    expect(await events.countDocuments()).toBe(31);
  });

  test('the server sets the log time of each event', async () => {
    await using database = await openIngestDatabase();
    const events = eventsOf(database.db);
    await createAppend(events)([itemOf('c')]);
    const stored = await events.findOne();
    expect(Math.abs((stored?.logAt.t ?? 0) - Date.now() / 1_000)).toBeLessThan(60);
    expect(stored?.body).toBeInstanceOf(Binary);
  });

  test('a write that landed without being acknowledged is written again and stored once', async () => {
    await using database = await openIngestDatabase();
    const events = eventsOf(database.db);
    const real = createAppend(events);
    let silent = 2;
    const append: Append = async (batch) => {
      const results = await real(batch);
      if (silent-- > 0) throw new Unacknowledged('the primary stepped down');
      return results;
    };
    const queue = createGroupCommit({ append });
    expect(await queue.commit(itemOf('held'))).toMatchObject({ fate: 'duplicate' });
    expect(await events.countDocuments()).toBe(1);
  });
});

describe('the queue', () => {
  const stuck: Append = () => Promise.reject(new Unacknowledged('no primary'));

  test('gives up after the hold while nothing is acknowledged', async () => {
    const room = createRoom(COMMIT_LIMITS);
    const queue = createGroupCommit({ append: stuck, room, limits: { ...COMMIT_LIMITS, holdMs: 300 } });
    const began = Date.now();
    expect(await queue.commit(itemOf('c'))).toEqual({ fate: 'unavailable' });
    expect(Date.now() - began).toBeGreaterThanOrEqual(290);
    await queue.idle();
    expect(room.depth()).toBe(0);
  });

  test('gives one up sooner whose sender waits less long', async () => {
    const queue = createGroupCommit({ append: stuck, limits: { ...COMMIT_LIMITS, holdMs: 1_000 } });
    const long = queue.commit(itemOf('long'));
    expect(await queue.commit(itemOf('short'), 100)).toEqual({ fate: 'unavailable' });
    expect(await Promise.race([long, Promise.resolve('still held')])).toBe('still held');
    expect(await long).toEqual({ fate: 'unavailable' });
    await queue.idle();
  });

  test('takes in nothing beyond its bounds, and has room again afterwards', async () => {
    const limits = { ...COMMIT_LIMITS, queueDocuments: 2, holdMs: 200 };
    const room = createRoom(limits);
    const queue = createGroupCommit({ append: stuck, limits, room });
    const held = [queue.commit(itemOf('1')), queue.commit(itemOf('2'))];
    expect(room.hasRoom()).toBe(false);
    expect(await queue.commit(itemOf('3'))).toEqual({ fate: 'overloaded' });
    await Promise.all(held);
    expect(room.hasRoom()).toBe(true);
    await queue.idle();
  });

  test('writes at once when idle, and never more than two writes at a time', async () => {
    let running = 0;
    let most = 0;
    const batches: number[] = [];
    const append: Append = async (batch) => {
      running += 1;
      most = Math.max(most, running);
      batches.push(batch.length);
      await new Promise((resolve) => setTimeout(resolve, 20));
      running -= 1;
      return batch.map(({ event }) => ({ fate: 'stored', id: event._id }));
    };
    const queue = createGroupCommit({ append, limits: { ...COMMIT_LIMITS, flushDocuments: 10 } });
    const waiting = Array.from({ length: 32 }, (_, n) => queue.commit(itemOf(`c${n}`)));
    expect(batches).toEqual([1, 1]);
    await Promise.all(waiting);
    expect(most).toBe(2);
    expect(batches).toEqual([1, 1, 10, 10, 10]);
    await queue.idle();
  });
});
