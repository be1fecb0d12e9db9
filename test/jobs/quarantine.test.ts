/** `quarantine` on a real replica set, over what a real ingest put there: looked at, read again, dropped; nothing lost, nothing twice. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Binary } from 'mongodb';
import { createKeeper, type QuarantinedDelivery, type StoredEvent } from '../../ingest/contract.ts';
import { elevenlabs } from '../../ingest/providers/elevenlabs.ts';
import { createQuarantine } from '../../ingest/quarantine.ts';
import { createQuarantineJob } from '../../jobs/quarantine/job.ts';
import { retryOne } from '../../jobs/quarantine/retry.ts';
import { createLog } from '../../ops/process/log.ts';
import { startIngest, type RunningIngest } from '../support/ingest.ts';
import {
  ACCOUNT_SID,
  CALL_SID,
  elevenlabsRequest,
  standardRequest,
  twilioRequest,
} from '../support/webhooks.ts';
import { openWorld, type World } from '../support/world.ts';
import { byHand, testSenders } from './by-hand.ts';

const HOUR_MS = 3_600_000;
const senders = testSenders();
const job = createQuarantineJob(() => senders);

let world: World;
let ingest: RunningIngest;
beforeEach(async () => {
  world = await openWorld();
  ingest = await startIngest({ db: world.db });
});
afterEach(async () => {
  await ingest[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const quarantine = () => world.db.collection<QuarantinedDelivery>('quarantine');
const events = () => world.db.collection<StoredEvent>('events');
const run = (...words: string[]) => byHand(world.db, job, words);
const conversation = (id: string) => ({
  type: 'post_call_transcription',
  event_timestamp: Math.floor(Date.now() / 1_000),
  data: { conversation_id: id, agent_id: 'agent-1', status: 'done' },
});

/** Signed deliveries that an older release could not read: it threw. */
async function threw(count: number): Promise<string[]> {
  const put = createQuarantine(quarantine());
  return Promise.all(
    Array.from({ length: count }, (_, n) => {
      const { target, headers, body } = elevenlabsRequest(conversation(`conv-${n}`));
      const delivery = {
        endpoint: 'default',
        target,
        headers,
        body,
        receivedAt: new Date(Date.now() - n * 1_000),
      };
      return put(elevenlabs, delivery, { reason: 'threw', issues: [] });
    }),
  );
}

/** One of each kind, through the hot route: no JSON, no id, and rightly signed two hours ago. */
async function received(): Promise<void> {
  await ingest.post(elevenlabsRequest(Buffer.from('{"type":')));
  await ingest.post(
    standardRequest('msg_1', { type: 'call.completed', data: { from_number: '+15550100001' } }),
  );
  const at = new Date(Date.now() - 2 * HOUR_MS);
  expect((await ingest.post(elevenlabsRequest(conversation('late'), { at }))).status).toBe(401);
}

test('bytes that came too late, and then in time and unreadable, are in quarantine as unreadable', async () => {
  const body = Buffer.from('{"type":');
  const at = new Date(Date.now() - 2 * HOUR_MS);
  expect((await ingest.post(elevenlabsRequest(body, { at }))).status).toBe(401);
  expect((await ingest.post(elevenlabsRequest(body))).status).toBe(200);
  // Late again: what is known of them stays.
  expect((await ingest.post(elevenlabsRequest(body, { at }))).status).toBe(401);
  expect(await quarantine().find().toArray()).toMatchObject([{ reason: 'unparsable' }]);
});

test('a stale delivery that cannot be read stays marked as stale, so that no retry reads it unasked', async () => {
  const at = new Date(Date.now() - 2 * HOUR_MS);
  const unreadable = elevenlabsRequest({ type: 'post_call_transcription', data: {} }, { at });
  expect((await ingest.post(unreadable)).status).toBe(401);
  await run('retry', '--all', '--stale');
  expect(await quarantine().distinct('reason')).toEqual(['stale']);
});

describe('quarantine list', () => {
  test('shows a table of what is there, and filters choose', async () => {
    await received();
    const all = await run('list');
    expect(all.result).toBe('done');
    expect(all.printed).toMatch(/^id +received +from +reason +issues +bytes\n/);
    expect(all.printed).toMatch(/elevenlabs\/default +unparsable +- +8$/m);
    expect(all.printed).toMatch(/standard\/default +id +data\.call_id/);
    expect(all.printed).toMatch(/3 in quarantine$/);
    const rows: [string[], string][] = [
      [['--provider', 'standard'], '1 in quarantine'],
      [['--reason', 'stale'], '1 in quarantine'],
      [['--provider', 'elevenlabs', '--reason', 'id'], '0 in quarantine'],
      [['--since', '1h'], '3 in quarantine'],
      [['--since', new Date(Date.now() + HOUR_MS).toISOString()], '0 in quarantine'],
      [['--limit', '2'], '3 in quarantine, the newest 2 shown'],
    ];
    for (const [words, last] of rows)
      expect((await run('list', ...words)).printed.split('\n').at(-1)).toBe(last);
  });
});

describe('quarantine show', () => {
  test('tells everything but the body and whole signatures, and the body when asked', async () => {
    await received();
    const one = await quarantine().findOne({ reason: 'id' });
    const id = one?._id.slice(0, 12) ?? '';
    const shown = await run('show', id);
    expect(shown.printed).toContain(`id        ${one?._id ?? ''}`);
    expect(shown.printed).toContain('issues    data.call_id');
    expect(shown.printed).toContain('webhook-id: msg_1');
    expect(shown.printed).toMatch(/webhook-signature: .{12}… \(47 characters\)/);
    expect(shown.printed).not.toContain('15550100001');
    expect((await run('show', id, '--body')).printed).toContain('"from_number":"+15550100001"');
  });

  test('shows bytes that are no text as hex, and no value of a query unasked', async () => {
    const target = '/webhooks/twilio?campaignId=spring&From=%2B15550100001';
    await ingest.post(twilioRequest({ CallSid: CALL_SID, AccountSid: ACCOUNT_SID }, { target }));
    await ingest.post(elevenlabsRequest(Buffer.from([0xff, 0x00, 0x7b])));
    const [twilio, bytes] = [
      await quarantine().findOne({ provider: 'twilio' }),
      await quarantine().findOne({ provider: 'elevenlabs' }),
    ];
    const shown = await run('show', twilio?._id ?? '');
    expect(shown.printed).toContain('target    /webhooks/twilio?campaignId=…&From=…');
    expect((await run('show', bytes?._id ?? '', '--body')).printed).toMatch(/\nff007b$/);
  });

  test('says so where an id names nothing or too much', async () => {
    await threw(2);
    for (const word of ['abc', 'zzzzzz', '000000000000'])
      expect(await run('show', word)).toMatchObject({
        result: 'failed',
        printed: `${word}: no such document in quarantine`,
      });
    expect((await run('show')).result).toBe('failed');
  });
});

describe('quarantine retry', () => {
  test('promotes what the code has learned to read, each once, and keeps the rest with why', async () => {
    await received();
    await threw(30);
    const first = await run('retry', '--all');
    expect(first.result).toBe('failed');
    expect(first.printed).toMatch(/30 promoted \(30 new events\), 2 stay, 1 too old left alone/);
    expect(first.printed).toMatch(/standard\/default +id data\.call_id/);
    expect(await events().countDocuments()).toBe(30);
    expect(await quarantine().distinct('reason')).toEqual(['id', 'stale', 'unparsable']);
    const promoted = await events().findOne({ partId: 'elevenlabs:conv-3' });
    expect(promoted).toMatchObject({
      verified: { scheme: 'elevenlabs-v0', secretId: 'secret-1' },
      factsVersion: 1,
    });
    const second = await run('retry', '--all');
    expect(second.printed).toMatch(/0 promoted \(0 new events\), 2 stay, 1 too old left alone/);
    expect(await events().countDocuments()).toBe(30);
  });

  test('by reason or id leaves all others alone; without a choice it does nothing', async () => {
    await received();
    const [one = ''] = await threw(3);
    expect(await run('retry')).toMatchObject({
      result: 'failed',
      printed: 'retry needs ids, --reason or --all',
    });
    expect((await run('retry', one.slice(0, 10))).printed).toBe('1 promoted (1 new events), 0 stay');
    expect((await run('retry', 'ffffffffffff', one)).result).toBe('failed');
    expect(await run('retry', '--reason', 'threw')).toMatchObject({
      result: 'done',
      printed: '2 promoted (2 new events), 0 stay',
    });
    expect(await quarantine().countDocuments()).toBe(3);
  });

  test('takes stale ones only when told to, and marks how the event came', async () => {
    await received();
    expect((await run('retry', '--reason', 'stale')).printed).toContain('1 too old left alone');
    expect(await events().countDocuments()).toBe(0);
    expect((await run('retry', '--reason', 'stale', '--stale')).printed).toBe(
      '1 promoted (1 new events), 0 stay',
    );
    expect(await events().findOne()).toMatchObject({
      partId: 'elevenlabs:late',
      verified: { scheme: 'quarantine' },
    });
  });

  test('says today’s reason of what still cannot be read', async () => {
    const { target, headers, body } = elevenlabsRequest(Buffer.from('[]'));
    const delivery = { endpoint: 'default', target, headers, body, receivedAt: new Date() };
    await createQuarantine(quarantine())(elevenlabs, delivery, { reason: 'threw', issues: [] });
    expect((await run('retry', '--all')).printed).toMatch(/elevenlabs\/default +shape\n/);
    expect(await quarantine().findOne()).toMatchObject({ reason: 'shape' });
  });

  test('killed between append and removal is finished by the next run', async () => {
    await threw(2);
    const keeper = await createKeeper(world.db, senders, createLog('test', 'silent'));
    const [one] = await quarantine().find().toArray();
    if (one === undefined) throw new Error('nothing in quarantine');
    const dying = { deleteOne: () => Promise.reject(new Error('killed')) };
    const parts = {
      quarantine: Object.assign(Object.create(quarantine()) as ReturnType<typeof quarantine>, dying),
      keeper,
      senders,
    };
    await expect(retryOne(parts, one, { stale: false })).rejects.toThrow('killed');
    expect([await events().countDocuments(), await quarantine().countDocuments()]).toEqual([1, 2]);
    expect((await run('retry', '--all')).printed).toBe('2 promoted (1 new events), 0 stay');
    expect([await events().countDocuments(), await quarantine().countDocuments()]).toEqual([2, 0]);
  });

  test('of an endpoint that is gone leaves it where it is', async () => {
    await threw(1);
    await quarantine().updateOne({}, { $set: { endpoint: 'closed' } });
    expect((await run('retry', '--all')).printed).toContain('its endpoint is no longer configured');
    expect(await quarantine().countDocuments()).toBe(1);
  });

  test('never reads a POST without a body from its address', async () => {
    const query = `AccountSid=${ACCOUNT_SID}&CallSid=${CALL_SID}&CallStatus=completed&CallDuration=42`;
    const request = twilioRequest({}, { target: `/webhooks/twilio?${query}` });
    expect((await ingest.post(request)).status).toBe(200);
    expect((await run('retry', '--all')).printed).toContain('0 promoted (0 new events), 1 stay');
    expect(await events().countDocuments()).toBe(0);
  });

  test('of an array keeps its good elements and quarantines a broken one by itself', async () => {
    const good = {
      specversion: '1.0',
      type: 'com.twilio.voice.unknown',
      source: 'test',
      id: 'EZ1',
      data: {},
    };
    const body = Buffer.from(JSON.stringify([good, 'broken', { ...good, id: 'EZ2' }]));
    const target = `/webhooks/twilio?bodySHA256=${'0'.repeat(64)}`;
    const put = createQuarantine(quarantine());
    const provider = senders.endpoints('/webhooks/twilio')?.provider;
    if (provider === undefined) throw new Error('no twilio');
    const delivery = { endpoint: 'default', target, headers: {}, body, receivedAt: new Date() };
    const whole = await put(provider, delivery, { reason: 'threw', issues: [] });
    expect((await run('retry', '--reason', 'threw')).printed).toBe('1 promoted (2 new events), 0 stay');
    const left = await quarantine().find().toArray();
    expect(left.map(({ body: own }: { body: Binary }) => Buffer.from(own.buffer).toString())).toEqual([
      '"broken"',
    ]);
    expect(left[0]?._id).not.toBe(whole);
  });
});

describe('quarantine drop', () => {
  test('drops nothing without --yes, then the named ones, and says what', async () => {
    const [one = '', two = ''] = await threw(3);
    const asked = await run('drop', one, two);
    expect(asked.result).toBe('failed');
    expect(asked.printed).toMatch(/would drop .* threw, \d+ bytes\n.*\nnothing was dropped: --yes/);
    expect(await quarantine().countDocuments()).toBe(3);
    expect((await run('drop', one, two, '--yes')).printed).toMatch(
      /^dropped [0-9a-f]{12} elevenlabs\/default/,
    );
    expect(await quarantine().countDocuments()).toBe(1);
    expect((await run('drop', '--yes')).result).toBe('failed');
  });
});
