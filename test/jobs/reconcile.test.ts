/** Reconcile against stand-ins on a real replica set: what never arrived is there afterwards, once, and the views are right. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { retireBodies, type FreshEvent, type StoredEvent, type TailedEvent } from '../../ingest/contract.ts';
import { interpret } from '../../ingest/interpret.ts';
import { reconcile } from '../../jobs/reconcile/job.ts';
import { canonicalViews, recountEvents } from '../oracle/oracle.ts';
import { foldAll } from '../support/memory-views.ts';
import {
  arrive,
  callOf,
  callWebhook,
  conversationOf,
  conversationWebhook,
  webhookRecord,
} from '../support/vendors/calls.ts';
import { startElevenLabs, type Conversation, type ElevenLabs } from '../support/vendors/elevenlabs.ts';
import { runJob, vendorsAt, type Ran } from '../support/vendors/run.ts';
import { startTwilio, type TwilioStandIn } from '../support/vendors/twilio.ts';
import { emptyWorld, openWorld, type World } from '../support/world.ts';

const CONVERSATIONS = 700;
const CALLS = 300;
/** Whole seconds, some hours back, so that all lie in the last day. */
const BASE_MS = Math.floor(Date.now() / 1_000) * 1_000 - 20 * 3_600_000;
const at = (number: number): Date => new Date(BASE_MS + number * 60_000);

let world: World;
let elevenlabs: ElevenLabs;
let twilio: TwilioStandIn;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world[Symbol.asyncDispose]());
beforeEach(async () => {
  elevenlabs = await startElevenLabs();
  twilio = await startTwilio();
});
afterEach(async () => {
  await elevenlabs[Symbol.asyncDispose]();
  await twilio[Symbol.asyncDispose]();
  await emptyWorld(world);
});

const events = () => world.db.collection<FreshEvent>('events').find().toArray();
const pulled = async () => (await events()).filter(({ type }) => type.startsWith('backfill.'));

/** A run by hand over the last day: everything is fetched. */
function run(options: Record<string, unknown> = {}): Promise<Ran> {
  const vendors = vendorsAt({ elevenlabs: elevenlabs.url, twilio: twilio.url });
  const since = new Date(Date.now() - 24 * 3_600_000);
  return runJob(world, reconcile, { vendors, options: { since, share: 1, ...options } });
}

function put(conversation: Conversation): Conversation {
  elevenlabs.conversations.set(conversation.conversation_id, conversation);
  return conversation;
}

describe('of a thousand calls a tenth of which no webhook told', () => {
  test('all are in the log after one run, a hundred of them repaired; a second run repairs none', async () => {
    for (let n = 0; n < CONVERSATIONS; n += 1) put(conversationOf(`conv_${n}`, at(n % 1_000)));
    for (let n = 0; n < CALLS; n += 1) twilio.calls.push(callOf(n, at(n)));
    const told = [...elevenlabs.conversations.values()].filter((_, n) => n % 10 !== 3);
    await arrive(world.db, told.map(conversationWebhook));
    await arrive(world.db, twilio.calls.filter((_, n) => n % 10 !== 3).map(callWebhook));
    expect((await events()).length).toBe(900);

    const first = await run();
    expect(first.result).toBe('done');
    const sum = (ran: Ran, result: string) =>
      ran.counted('elevenlabs', result) + ran.counted('twilio', result);
    expect(sum(first, 'expected')).toBe(1_000);
    expect(sum(first, 'received')).toBe(900);
    expect(sum(first, 'missing')).toBe(100);
    expect(first.counted('elevenlabs', 'repaired')).toBe(70);
    expect(first.counted('twilio', 'repaired')).toBe(30);
    expect(sum(first, 'failed') + sum(first, 'corrected')).toBe(0);
    expect(first.printed).toMatch(/elevenlabs +700 +630 +70 +70 +0 +0\n/);
    expect(elevenlabs.most()).toBeLessThanOrEqual(4);

    const log = await events();
    expect(new Set(log.map(({ partId }) => partId)).size).toBe(1_000);
    const second = await run();
    expect(sum(second, 'repaired') + sum(second, 'corrected') + sum(second, 'missing')).toBe(0);
    expect(sum(second, 'received')).toBe(1_000);
    expect((await events()).length).toBe(1_000);

    const tailed: TailedEvent[] = log;
    const expected = recountEvents(tailed);
    expect(canonicalViews(foldAll([tailed]))).toBe(canonicalViews(expected));
    const calls = [...expected.calls.values()];
    expect(calls.length).toBe(1_000);
    expect(calls).toEqual(calls.map(() => expect.objectContaining({ status: 'ended' })));
  }, 120_000);

  test('by the clock only what looks missing or changed is fetched, and a sixteenth of the rest', async () => {
    for (let n = 0; n < 160; n += 1) put(conversationOf(`conv_${n}`, at(n)));
    await arrive(world.db, [...elevenlabs.conversations.values()].slice(1).map(conversationWebhook));
    const vendors = vendorsAt({ elevenlabs: elevenlabs.url });
    const ran = await runJob(world, reconcile, { vendors });
    expect(ran.counted('elevenlabs', 'repaired')).toBe(1);
    const fetched = elevenlabs.asked.filter((target) => target.includes('/conversations/'));
    expect(fetched).toContain('/v1/convai/conversations/conv_0');
    expect(fetched.length).toBeLessThan(40);
  }, 30_000);
});

describe('a conversation that changes after the fact', () => {
  const changed = (verdict: string): Conversation =>
    put(
      conversationOf('conv_a', at(1), {
        analysis: { call_successful: verdict, transcript_summary: 'A parcel was asked for.' },
      }),
    );
  const goal = async () => {
    const [call] = recountEvents(await events()).calls.values();
    return call;
  };

  test('is appended once, and the call shows the later analysis', async () => {
    await arrive(world.db, [conversationWebhook(changed('failure'))]);
    expect((await run()).counted('elevenlabs', 'corrected')).toBe(0);
    changed('success');
    expect((await run()).counted('elevenlabs', 'corrected')).toBe(1);
    expect((await run()).counted('elevenlabs', 'corrected')).toBe(0);
    expect((await pulled()).length).toBe(1);
    expect(await goal()).toMatchObject({ goal: 'success', costCredits: 120, campaignId: 'spring' });
  });

  test('there and back again is three events, and the last one counts', async () => {
    for (const verdict of ['success', 'failure', 'success']) {
      changed(verdict);
      await run();
      await run();
      expect(await goal()).toMatchObject({ goal: verdict });
    }
    expect(await pulled()).toMatchObject([{ flags: [] }, { flags: [] }, { flags: [] }]);
  });

  test('is one event where two runs at once fetch it, whatever the order of its keys', async () => {
    const conversation = changed('success');
    await Promise.all([run(), run(), run()]);
    const { metadata, ...rest } = conversation;
    put({ ...rest, metadata });
    expect((await run()).counted('elevenlabs', 'received')).toBe(1);
    expect(await pulled()).toMatchObject([{ flags: [] }]);
  });

  test('is not appended for what only its reading changes: clocks, links, the order of keys, a null', async () => {
    await arrive(world.db, [conversationWebhook(changed('success'))]);
    const { metadata, analysis, ...rest } = changed('success');
    const variables = { campaign_id: 'spring', system__time_utc: new Date().toISOString() };
    put({
      analysis: {
        call_summary_title: null,
        ...(analysis ?? { call_successful: '', transcript_summary: '' }),
      },
      metadata: { charging: { tier: 'pro' }, ...metadata },
      ...rest,
      conversation_initiation_client_data: { dynamic_variables: variables },
    });
    expect((await run()).counted('elevenlabs', 'corrected')).toBe(0);
    expect(await pulled()).toEqual([]);
  });

  test('is appended for a new value of the data the customer collects, which the list does not show', async () => {
    await arrive(world.db, [conversationWebhook(changed('success'))]);
    const analysis = {
      call_successful: 'success',
      transcript_summary: 'A parcel was asked for.',
      data_collection_results: { mood: { data_collection_id: 'mood', value: 'angry' } },
    };
    put(conversationOf('conv_a', at(1), { analysis }));
    expect((await run()).counted('elevenlabs', 'corrected')).toBe(1);
  });

  test('is left alone while it is analysed, and where its failed attempt has told why', async () => {
    put(conversationOf('conv_b', at(2), { status: 'processing' }));
    expect((await run()).counted('elevenlabs', 'expected')).toBe(0);
    put(conversationOf('conv_c', at(3), { status: 'failed' }));
    const data = { conversation_id: 'conv_c', agent_id: 'agent-1', failure_reason: 'busy', metadata: {} };
    const seconds = at(3).getTime() / 1_000;
    const attempt = { type: 'call_initiation_failure', event_timestamp: seconds, data };
    const body = Buffer.from(JSON.stringify(attempt));
    await arrive(world.db, [webhookRecord('elevenlabs', body, at(4).getTime())]);
    expect((await run()).counted('elevenlabs', 'received')).toBe(1);
    expect(await goal()).toMatchObject({ connection: 'busy' });
    expect(await pulled()).toEqual([]);
  });

  test('is not brought back where retention or an erasure has taken its body', async () => {
    await arrive(world.db, [conversationWebhook(changed('failure'))]);
    const ids = (await events()).map(({ _id }) => _id);
    const log = world.db.collection<StoredEvent>('events');
    expect(await retireBodies(log, { ids, at: new Date(), why: 'retention' })).toBe(1);
    changed('success');
    await run();
    expect(await pulled()).toEqual([]);
  });
});

describe('a Twilio call', () => {
  test('is read as a callback would be: leg, talk, ends, cost in dollars, the parent of a child', async () => {
    twilio.calls.push(
      callOf(1, at(1), { answered_by: 'human' }),
      callOf(2, at(1), { parent_call_sid: callOf(1, at(1)).sid, direction: 'outbound-dial' }),
      callOf(3, at(2), { status: 'busy', duration: '0', price: null, end_time: null }),
      callOf(4, at(3), { price_unit: 'EUR' }),
    );
    expect((await run()).counted('twilio', 'repaired')).toBe(4);
    const calls = [...recountEvents(await events()).calls.values()];
    expect(calls).toMatchObject([
      {
        connection: 'answered_human',
        durationMs: 42_000,
        costMicroUsd: 17_000,
        startedAt: at(1),
        endedAt: new Date(at(1).getTime() + 42_000),
        direction: 'outbound',
        fromNumber: '+15550100001',
      },
      { connection: 'busy', durationMs: null, costMicroUsd: null, startedAt: at(2) },
      { connection: 'answered_unknown', durationMs: 42_000, costMicroUsd: null },
    ]);
  });

  test('that was fetched before its price was known is corrected when it is, and not for a touched record', async () => {
    twilio.calls.push(callOf(1, at(1), { price: null }));
    await run();
    twilio.calls[0] = callOf(1, at(1), { price: null, date_updated: 'Mon, 23 Nov 2026 10:00:00 +0000' });
    expect((await run()).counted('twilio', 'corrected')).toBe(0);
    twilio.calls[0] = callOf(1, at(1));
    expect((await run()).counted('twilio', 'corrected')).toBe(1);
    expect((await pulled()).length).toBe(2);
    expect([...recountEvents(await events()).calls.values()]).toMatchObject([{ costMicroUsd: 8_500 }]);
  });
});

test('what was fetched is read again for ever as it was stored', async () => {
  put(conversationOf('conv_a', at(1)));
  twilio.calls.push(callOf(1, at(1)));
  await run();
  for (const event of await pulled()) {
    const { provider, endpoint, target, headers, receivedAt, partId, facts, eventAt, flags } = event;
    const delivery = { endpoint, target, headers, receivedAt, body: Buffer.from(event.body.buffer) };
    expect(interpret(provider, delivery)).toMatchObject({ partId, facts, eventAt, flags });
    expect(event.verified).toEqual({ scheme: 'pulled', secretId: 'api', skewMs: null });
    expect(eventAt).toEqual(receivedAt);
  }
});

test('the gaps that the log itself shows are counted', async () => {
  put(conversationOf('conv_a', at(1)));
  const call = callOf(1, at(1));
  await arrive(world.db, [callWebhook(call), conversationWebhook(conversationOf('conv_b', at(2)))]);
  const ran = await run();
  expect(ran.printed).toMatch(/no recording came +2 +of 2/);
  // One callback with sequence 3 came: three before it did not.
  expect(ran.printed).toMatch(/Twilio's sequences +3 +of 4/);
});

test('without access the job says so and ends well', async () => {
  const ran = await runJob(world, reconcile, { options: { since: at(0) } });
  expect(ran.result).toBe('done');
  expect(ran.printed).toContain('elevenlabs is not asked: ELEVENLABS_API_KEY is not set');
  expect(ran.printed).toContain('twilio is not asked: TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN is not set');
});
