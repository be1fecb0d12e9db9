import { describe, expect, test } from '@jest/globals';
import { Binary } from 'mongodb';
import type { Document } from 'mongodb';
import { openIngestDatabase, startIngest } from '../support/ingest.ts';
import { elevenlabsRequest } from '../support/webhooks.ts';

describe('the validators of the log', () => {
  test('take what ingest stores and refuse what it never would', async () => {
    await using database = await openIngestDatabase();
    await using running = await startIngest({ db: database.db });
    const stamp = Math.floor(Date.now() / 1_000);
    const data = {
      conversation_id: 'c',
      status: 'done',
      metadata: { start_time_unix_secs: stamp, call_duration_secs: 4 },
    };
    await running.post(elevenlabsRequest({ type: 'post_call_transcription', event_timestamp: stamp, data }));
    const events = database.db.collection('events');
    const good = await events.findOne();
    if (good === null) throw new Error('nothing was stored');
    const insert = (more: Document, n: number) =>
      events.insertOne({ ...good, _id: new Binary(Buffer.alloc(16, n)), ...more } as Document);
    await expect(insert({}, 1)).resolves.toMatchObject({ acknowledged: true });
    const facts = good['facts'] as Document;
    const groups = facts['groups'] as Document;
    const bad: Document[] = [
      { body: 'text' },
      { facts: 'x' },
      { facts: { ...facts, witness: 'nobody' } },
      { facts: { ...facts, groups: { ...groups, connection: { rank: 1, value: 'fine' } } } },
      { facts: { ...facts, groups: { ...groups, durationMs: { rank: 1, value: -1 } } } },
      { facts: { ...facts, groups: { ...groups, mood: { rank: 1, value: 'x' } } } },
      { flags: ['odd'] },
      { bodySha256: 'abc' },
      { receivedAt: 'now' },
      { extra: 1 },
    ];
    for (const [n, more] of bad.entries()) {
      await expect(insert(more, n + 2)).rejects.toMatchObject({ code: 121 });
    }
  });
});
