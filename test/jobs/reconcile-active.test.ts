/** Calls in progress, asked of the vendors: each state is an event once, and the end of a call is never taken back. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { FreshEvent } from '../../ingest/contract.ts';
import { activeCalls } from '../../jobs/reconcile/active-calls.ts';
import { reconcile } from '../../jobs/reconcile/job.ts';
import { recountEvents } from '../oracle/oracle.ts';
import {
  arrive,
  callOf,
  callWebhook,
  conversationOf,
  conversationWebhook,
} from '../support/vendors/calls.ts';
import { startElevenLabs, type ElevenLabs } from '../support/vendors/elevenlabs.ts';
import { runJob, vendorsAt, type Ran } from '../support/vendors/run.ts';
import { startTwilio, type TwilioStandIn } from '../support/vendors/twilio.ts';
import { openWorld, type World } from '../support/world.ts';

const STARTED_AT = new Date(Math.floor(Date.now() / 1_000) * 1_000 - 120_000);

let world: World;
let elevenlabs: ElevenLabs;
let twilio: TwilioStandIn;
beforeEach(async () => {
  world = await openWorld();
  elevenlabs = await startElevenLabs();
  twilio = await startTwilio();
});
afterEach(async () => {
  await elevenlabs[Symbol.asyncDispose]();
  await twilio[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const vendors = () => vendorsAt({ elevenlabs: elevenlabs.url, twilio: twilio.url });
const poll = (): Promise<Ran> => runJob(world, activeCalls, { vendors: vendors() });
const events = () => world.db.collection<FreshEvent>('events').find().toArray();
const calls = async () => [...recountEvents(await events()).calls.values()];

/** A conversation that goes on: its words and its length grow with every look. */
function talking(status: string, seconds: number): void {
  const conversation = conversationOf('conv_a', STARTED_AT, { status });
  delete conversation.analysis;
  conversation.metadata.call_duration_secs = seconds;
  conversation.transcript.push({ role: 'user', message: `after ${seconds} s`, time_in_call_secs: seconds });
  conversation['conversation_initiation_client_data'] = {
    dynamic_variables: { campaign_id: 'spring', system__call_duration_secs: seconds },
  };
  elevenlabs.conversations.set('conv_a', conversation);
}

test('a conversation in progress is an active call, and looking at it again and again appends nothing', async () => {
  talking('initiated', 0);
  expect((await poll()).counted('elevenlabs', 'active')).toBe(1);
  expect(await calls()).toMatchObject([{ status: 'queued' }]);
  talking('in-progress', 5);
  expect((await poll()).counted('elevenlabs', 'active')).toBe(1);
  for (const seconds of [20, 35, 50]) {
    talking('in-progress', seconds);
    expect((await poll()).counted('elevenlabs', 'active')).toBe(0);
  }
  expect((await events()).length).toBe(2);
  expect(await calls()).toMatchObject([
    { status: 'in_progress', connection: 'in_progress', startedAt: STARTED_AT, campaignId: 'spring' },
  ]);
  expect((await events()).map((event) => event.body.toString()).join()).not.toContain('after');
}, 30_000);

test('its webhook ends it, and neither a late look nor a walk appends anything after', async () => {
  talking('in-progress', 5);
  await poll();
  const over = conversationOf('conv_a', STARTED_AT);
  await arrive(world.db, [conversationWebhook(over)]);
  expect((await poll()).counted('elevenlabs', 'active')).toBe(0);
  elevenlabs.conversations.set('conv_a', over);
  const ran = await runJob(world, reconcile, {
    vendors: vendors(),
    options: { since: new Date(STARTED_AT.getTime() - 1_000), share: 1 },
  });
  expect(ran.counted('elevenlabs', 'received')).toBe(1);
  expect((await events()).length).toBe(2);
  expect(await calls()).toMatchObject([{ status: 'ended', goal: 'success' }]);
}, 30_000);

test('without its webhook the walk ends it', async () => {
  talking('in-progress', 5);
  await poll();
  elevenlabs.conversations.set('conv_a', conversationOf('conv_a', STARTED_AT));
  const ran = await runJob(world, reconcile, { vendors: vendors() });
  expect(ran.counted('elevenlabs', 'repaired')).toBe(1);
  expect(await calls()).toMatchObject([{ status: 'ended', durationMs: 60_000 }]);
}, 30_000);

test("Twilio's calls are followed from queued to in progress, once a state, and ended by their callback", async () => {
  const live = (status: string) =>
    callOf(1, STARTED_AT, {
      status,
      direction: 'inbound',
      end_time: null,
      duration: null,
      price: null,
      start_time: status === 'queued' ? null : callOf(1, STARTED_AT).start_time,
    });
  for (const status of ['queued', 'ringing', 'in-progress']) {
    twilio.calls = [live(status)];
    expect((await poll()).counted('twilio', 'active')).toBe(1);
    expect((await poll()).counted('twilio', 'active')).toBe(0);
    expect(await calls()).toMatchObject([{ status: status.replace('-', '_'), startedAt: STARTED_AT }]);
  }
  await arrive(world.db, [callWebhook(callOf(1, STARTED_AT))]);
  expect((await poll()).counted('twilio', 'active')).toBe(0);
  expect(await calls()).toMatchObject([{ status: 'ended', durationMs: 42_000 }]);
  expect((await events()).length).toBe(4);
}, 30_000);

test('a state that a callback has told, or that the call has passed, is no news', async () => {
  const live = (status: string) => callOf(1, STARTED_AT, { status, end_time: null, duration: null });
  await arrive(world.db, [callWebhook(live('in-progress'))]);
  for (const status of ['ringing', 'in-progress']) {
    twilio.calls = [live(status)];
    expect((await poll()).counted('twilio', 'active')).toBe(0);
  }
  expect((await events()).length).toBe(1);
}, 30_000);

test('by the clock it is silent where nothing is new, and a vendor that fails leaves the other alone', async () => {
  expect((await poll()).printed).toBe('');
  elevenlabs.broken = { path: /conversations$/, fault: 500 };
  twilio.calls = [callOf(1, STARTED_AT, { status: 'ringing', end_time: null, duration: null })];
  const ran = await poll();
  expect(ran.result).toBe('failed');
  expect(ran.counted('twilio', 'active')).toBe(1);
}, 30_000);
