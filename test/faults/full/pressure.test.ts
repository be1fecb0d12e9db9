/** Rows 18 and 22 of the fault table: a change event as large as there can be, and an api whose connections are all in use. */
import { expect, test } from '@jest/globals';
import { Binary } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredEvent } from '../../../ingest/contract.ts';
import { waitUntilBothCaughtUp } from '../../support/caught-up.ts';
import { expectedViews, storedViews } from '../../oracle/oracle.ts';
import { recordsOf } from '../../support/deliveries.ts';
import { startProcess } from '../../support/processes.ts';
import { openWorld } from '../../support/world.ts';
import { publish, spread } from '../rounds.ts';
import { expectFresh, expectSound, openRig } from './rig.ts';

const FRESH_MS = 15_000;
const READERS = 300;
const SLOW_MS = 2_000;
/** A read is given up after 5 s; as much again for all that are asked and answered at once. */
const ANSWERED_MS = 10_000;
const ACKNOWLEDGED_MS = 3_000;

/** A conversation; its body is filled up to so many bytes. */
function conversation(n: number, bodyBytes: number): StoredEvent {
  const body = {
    type: 'post_call_transcription',
    event_timestamp: 1_795_428_100 + n,
    data: {
      agent_id: 'agent_1',
      conversation_id: `conv_${n}`,
      status: 'done',
      transcript: [{ role: 'user', message: 'Thank you, that was great.', time_in_call_secs: 4 }],
      metadata: { start_time_unix_secs: 1_795_428_000, call_duration_secs: 60, main_language: 'en' },
    },
  };
  const [record] = recordsOf({ provider: 'elevenlabs', body });
  if (record === undefined) throw new Error('a conversation is one event');
  const text = JSON.stringify({ ...body, filling: 'x'.repeat(bodyBytes) });
  return { ...record.event, ...(bodyBytes > 0 && { body: new Binary(Buffer.from(text)) }) };
}

test('an event as large as a document can be reaches numbers and text, and those after it do too', async () => {
  await using world = await openWorld();
  const env = { MONGODB_URI: world.uri, MONGODB_DATABASE: world.database };
  await using running = startProcess({ name: 'projector', env });
  await running.said('text lease taken');
  const events = world.db.collection<StoredEvent>('events');
  await events.insertOne(conversation(1, 0));
  await waitUntilBothCaughtUp(world.db, 20_000);
  // Written by hand: nearly all that a document may be, twice what ingest takes. The server's own limit of a reply lies just above.
  await events.insertOne(conversation(2, 16 * 1_024 * 1_024 - 2_500));
  await events.insertOne(conversation(3, 0));
  await waitUntilBothCaughtUp(world.db, 30_000);
  await events.insertOne(conversation(4, 0));
  await waitUntilBothCaughtUp(world.db, 10_000);
  expect(await world.db.collection('transcripts').countDocuments()).toBe(4);
  expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
  expect(running.child.exitCode).toBeNull();
  publish('change event of 16 MB', { rows: [18], rounds: 1 });
}, 120_000);

test('an api whose connections are all in use answers or says 503 in bounded time, and ingest does not feel it', async () => {
  await using rig = await openRig({ testCommands: 'on' });
  const admin = rig.world.client.db('admin');
  const slow = { failCommands: ['find', 'aggregate'], blockConnection: true, blockTimeMS: SLOW_MS };
  const data = { ...slow, appName: 'callviews-api' };
  await expectFresh(rig, FRESH_MS);
  await admin.command({ configureFailPoint: 'failCommand', mode: 'alwaysOn', data });
  const fromMs = Date.now();
  const tookMs: number[] = [];
  const statuses: Record<string, number> = {};
  const ask = async (n: number): Promise<void> => {
    const beganMs = performance.now();
    const query = `startDate=2026-01-01&endDate=2026-0${1 + (n % 9)}-28&agentId=agent_${n}`;
    const answer = await fetch(`${rig.apiUrl}/api/db/analytics/duration/day?${query}`);
    await answer.arrayBuffer();
    tookMs.push(performance.now() - beganMs);
    statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
    if (answer.status === 503) expect(answer.headers.get('retry-after')).not.toBeNull();
  };
  await Promise.all(Array.from({ length: READERS }, (_, n) => ask(n)));
  await admin.command({ configureFailPoint: 'failCommand', mode: 'off' });
  const ackMs = rig.load.sending.answers
    .filter(({ sentAtMs }) => sentAtMs >= fromMs)
    .map(({ status, atMs, sentAtMs }) => (status === 200 ? atMs - sentAtMs : Infinity));
  expect(Object.keys(statuses).filter((status) => !['200', '429', '503'].includes(status))).toEqual([]);
  expect(Math.max(...tookMs)).toBeLessThan(ANSWERED_MS);
  expect(Math.max(...ackMs)).toBeLessThan(ACKNOWLEDGED_MS);
  await sleep(1_000);
  const recovery = await expectFresh(rig, FRESH_MS);
  await expectSound(rig);
  const figures = { statuses, tookMs: spread(tookMs), ackMs: spread(ackMs), ...recovery };
  publish('pool of the api exhausted', { rows: [22], rounds: 1 }, figures);
}, 120_000);
