/** `rejected` on a real replica set, over the ring of a real ingest: counted, judged anew, promoted; nothing lost, nothing twice. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { createKeeper, type RejectedDelivery, type StoredEvent } from '../../ingest/contract.ts';
import { createRejectedJob } from '../../jobs/rejected/job.ts';
import { judge } from '../../jobs/rejected/verdicts.ts';
import { promoteOne } from '../../jobs/rejected/verify.ts';
import { createLog } from '../../ops/process/log.ts';
import { startIngest, type RunningIngest } from '../support/ingest.ts';
import {
  elevenlabsRequest,
  standardRequest,
  statusParameters,
  twilioRequest,
  type TestRequest,
} from '../support/webhooks.ts';
import { openWorld, type World } from '../support/world.ts';
import { byHand, testSenders } from './by-hand.ts';

const MINUTE_MS = 60_000;
const KB = 1024;
const OLD = {
  elevenlabs: ['wsec_old_secret'],
  twilio: ['old-token'],
  standard: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
};
const NEW = {
  elevenlabs: 'wsec_new_secret',
  twilio: 'new-token',
  standard: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
};
const both = testSenders({
  elevenlabs: [...OLD.elevenlabs, NEW.elevenlabs],
  twilio: [...OLD.twilio, NEW.twilio],
  standard: [...OLD.standard, NEW.standard],
});
const job = createRejectedJob(() => both);

let world: World;
let ingest: RunningIngest;
beforeEach(async () => {
  world = await openWorld();
  ingest = await startIngest({ db: world.db, endpoints: testSenders(OLD).endpoints });
});
afterEach(async () => {
  await ingest[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const rejected = () => world.db.collection<RejectedDelivery>('rejected');
const events = () => world.db.collection<StoredEvent>('events');
const run = (...words: string[]) => byHand(world.db, job, words);
const conversation = (id: string, more: object = {}) => ({
  type: 'post_call_transcription',
  event_timestamp: Math.floor(Date.now() / 1_000),
  data: { conversation_id: id, agent_id: 'agent-1', status: 'done', ...more },
});
const report = (id: string) => ({
  type: 'call.completed',
  timestamp: new Date().toISOString(),
  data: { call_id: id, started_at: new Date(Date.now() - MINUTE_MS).toISOString(), duration_seconds: 30 },
});

/** Sends requests that are refused, and waits until the ring has them. */
async function refused(...requests: TestRequest[]): Promise<void> {
  const before = await rejected().countDocuments();
  for (const request of requests) expect((await ingest.post(request)).status).toBe(401);
  while ((await rejected().countDocuments()) < before + requests.length) await pause(20);
}

/** One of each sender under its new secret, and one forged. */
const mixed = () => [
  elevenlabsRequest(conversation('a'), { secret: NEW.elevenlabs }),
  twilioRequest(statusParameters({ CallStatus: 'completed', CallDuration: '42' }), { secret: NEW.twilio }),
  standardRequest('msg_1', report('b'), { secret: NEW.standard }),
  elevenlabsRequest(conversation('forged'), { secret: 'wsec_forged_secret' }),
];

describe('rejected list', () => {
  test('counts by endpoint and cause', async () => {
    await refused(...mixed(), { ...standardRequest('msg_2', report('c')), headers: {} });
    const { printed } = await run('list');
    expect(printed).toMatch(/^from +cause +requests +whole +bytes +oldest +newest\n/);
    expect(printed).toMatch(/^elevenlabs\/default +wrong +2 +2 /m);
    expect(printed).toMatch(/^standard\/default +missing +1 +1 /m);
    expect(printed).toMatch(/^5 refused requests are held$/m);
    expect((await run('list', '--provider', 'twilio')).printed).toMatch(/\n1 refused requests are held$/);
    expect((await run('list', '--since', '1h', '--endpoint', 'other')).printed).toBe(
      '0 refused requests are held',
    );
  });
});

describe('rejected verify', () => {
  test('tells an endpoint by endpoint what would verify, by which secret, and changes nothing', async () => {
    await refused(...mixed());
    const { printed, result } = await run('verify');
    expect(result).toBe('done');
    expect(printed).toMatch(/^elevenlabs\/default +1 +secret-2: 1 +0 +1 +0 +0$/m);
    expect(printed).toMatch(/^twilio\/default +1 +secret-2: 1 +0 +0 +0 +0$/m);
    expect(printed).toMatch(/^standard\/default +1 +secret-2: 1 /m);
    expect(printed).toMatch(/^3 would verify now; nothing was changed/m);
    expect([await rejected().countDocuments(), await events().countDocuments()]).toEqual([4, 0]);
    const blind = createRejectedJob(() => testSenders(OLD));
    expect((await byHand(world.db, blind, ['verify'])).printed).toMatch(/^0 would verify now/m);
    const bare = createRejectedJob(() => testSenders({}));
    expect((await byHand(world.db, bare, ['verify'])).printed).toMatch(
      /^twilio\/default +0 +- +0 +0 +0 +1$/m,
    );
  });

  test('takes the stored arrival as the clock: what was fresh when it came stays fresh', async () => {
    // As if it had come three days ago: signed then, received then.
    const at = new Date(Date.now() - 3 * 24 * 60 * MINUTE_MS);
    const old = standardRequest('msg_old', report('old'), { secret: NEW.standard, at });
    await refused(old);
    expect((await run('verify')).printed).toMatch(/^0 would verify now/m);
    await rejected().updateOne({}, { $set: { receivedAt: at } });
    expect((await run('verify', '--provider', 'standard')).printed).toMatch(/^1 would verify now/m);
    await run('promote');
    expect(await events().findOne()).toMatchObject({ receivedAt: at, partId: 'standard:default:old' });
  });
});

describe('rejected promote', () => {
  test('appends what verifies by the hot route’s way, and leaves the forged where it is', async () => {
    await refused(...mixed());
    const first = await run('promote');
    expect(first.result).toBe('done');
    expect(first.printed).toContain(
      '3 requests were the senders’ own: 3 new events, 0 known already, 0 quarantined',
    );
    expect(await rejected().countDocuments()).toBe(1);
    const twilio = await events().findOne({ provider: 'twilio' });
    expect(twilio).toMatchObject({
      verified: { scheme: expect.stringMatching(/^twilio/), secretId: 'secret-2' },
      facts: { groups: { durationMs: { value: 42_000 } } },
    });
    const second = await run('promote');
    expect(second.printed).toContain('0 requests were the senders’ own: 0 new events');
    expect(await events().countDocuments()).toBe(3);
  });

  test('counts several attempts of a sender once', async () => {
    const { body } = standardRequest('msg_1', report('once'));
    await refused(
      ...[0, 1, 2].map((minutes) => {
        const at = new Date(Date.now() - minutes * MINUTE_MS);
        return standardRequest('msg_1', body, { secret: NEW.standard, at });
      }),
    );
    expect((await run('promote')).printed).toContain(
      '3 requests were the senders’ own: 1 new events, 2 known already',
    );
    expect(await events().countDocuments()).toBe(1);
  });

  test('sends signed bytes that are unreadable, and stale ones, to quarantine as the hot route does', async () => {
    const at = new Date(Date.now() - 2 * 60 * MINUTE_MS);
    await refused(
      elevenlabsRequest(Buffer.from('{"type":'), { secret: NEW.elevenlabs }),
      elevenlabsRequest(conversation('late'), { secret: NEW.elevenlabs, at }),
    );
    const { printed } = await run('promote');
    expect(printed).toContain('0 new events, 0 known already, 2 quarantined');
    expect(printed).toContain('1 were rightly signed and too old');
    expect((await world.db.collection('quarantine').distinct('reason')).sort()).toEqual([
      'stale',
      'unparsable',
    ]);
    expect(await rejected().countDocuments()).toBe(0);
  });

  test('killed between append and removal is finished by the next run', async () => {
    await refused(...mixed());
    const keeper = await createKeeper(world.db, both, createLog('test', 'silent'));
    const tally = { stored: 0, duplicate: 0, quarantined: 0, unkept: 0 };
    const dying = Object.assign(Object.create(rejected()) as ReturnType<typeof rejected>, {
      deleteOne: () => Promise.reject(new Error('killed')),
    });
    const [one] = await rejected().find({ provider: 'standard' }).toArray();
    if (one === undefined) throw new Error('nothing in the ring');
    const dead = promoteOne({ rejected: dying, keeper, tally }, one, judge(both, one));
    await expect(dead).rejects.toThrow('killed');
    expect([await events().countDocuments(), await rejected().countDocuments()]).toEqual([1, 4]);
    expect((await run('promote')).printed).toContain('2 new events, 1 known already');
    expect([await events().countDocuments(), await rejected().countDocuments()]).toEqual([3, 1]);
  });

  test('of an endpoint that was never proved has whole bodies; of a proved one, what is beyond a megabyte is cut and counted', async () => {
    const long = (id: string, bytes = 2_000 * KB) =>
      elevenlabsRequest(conversation(id, { filler: 'x'.repeat(bytes) }), { secret: NEW.elevenlabs });
    await refused(long('before'));
    expect(
      (await ingest.post(elevenlabsRequest(conversation('proof'), { secret: OLD.elevenlabs[0] ?? '' })))
        .status,
    ).toBe(200);
    await refused(long('after'), long('usual', 900 * KB));
    const { printed } = await run('promote');
    expect(printed).toMatch(/^elevenlabs\/default +2 +secret-2: 2 +0 +0 +1 +0$/m);
    expect(printed).toContain('1 bodies were not kept whole and cannot be verified');
    expect((await events().distinct('partId')).sort()).toEqual([
      'elevenlabs:before',
      'elevenlabs:proof',
      'elevenlabs:usual',
    ]);
    expect(await rejected().countDocuments()).toBe(1);
  });
});
