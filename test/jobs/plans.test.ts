/** What the projector and the jobs ask of the server: whatever grows with the number of calls is read by index, or knowingly whole. */
import { expect, test } from '@jest/globals';
import { MongoClient, type Document } from 'mongodb';
import { callsBehind } from '../../jobs/alerts/read.ts';
import { audit } from '../../jobs/audit/job.ts';
import { erase } from '../../jobs/erase/job.ts';
import { rebuild } from '../../jobs/rebuild/job.ts';
import { coverageOf } from '../../jobs/reconcile/coverage.ts';
import { createRetentionJob } from '../../jobs/retention/job.ts';
import { createStaleCallsJob } from '../../jobs/stale-calls.ts';
import { waitUntilBothCaughtUp } from '../support/caught-up.ts';
import { deliver, type SentBody } from '../support/deliveries.ts';
import { openTails } from '../support/tails.ts';
import { statusParameters } from '../support/webhooks.ts';
import { openWorld } from '../support/world.ts';
import { byHand } from './by-hand.ts';

const PATIENCE_MS = 60_000;
const START = Date.parse('2026-11-02T10:00:00Z') / 1_000;
const CALLS = 30;

/** A telephone call: a leg, and the conversation that names it. */
function callOf(n: number): SentBody[] {
  const CallSid = `CA${n.toString(16).padStart(32, '0')}`;
  const leg = (status: string, sequence: number): SentBody => {
    const at = new Date((START + n + sequence) * 1_000).toUTCString().replace('GMT', '+0000');
    const more = { CallSid, CallStatus: status, SequenceNumber: String(sequence), Timestamp: at };
    const parties = { From: `+1555010${1_000 + n}`, To: '+15550100000', Direction: 'inbound' };
    const ended = status === 'completed' ? { CallDuration: '40' } : {};
    return {
      provider: 'twilio',
      body: new URLSearchParams(statusParameters({ ...more, ...parties, ...ended })),
    };
  };
  const conversation: SentBody = {
    provider: 'elevenlabs',
    body: {
      type: 'post_call_transcription',
      event_timestamp: START + 60 + n,
      data: {
        conversation_id: `conv_${n}`,
        agent_id: 'agent_1',
        status: 'done',
        transcript: [{ role: 'user', message: `Thank you, that was great, ${n}.`, time_in_call_secs: 1 }],
        metadata: {
          start_time_unix_secs: START + n,
          call_duration_secs: 30,
          main_language: 'en',
          phone_call: { direction: 'inbound', external_number: `+1555010${1_000 + n}`, call_sid: CallSid },
        },
        analysis: { call_successful: 'success' },
      },
    },
  };
  // Of the last ones nobody hears the end.
  return n < CALLS - 3 ? [leg('ringing', 0), leg('completed', 1), conversation] : [leg('in-progress', 0)];
}

test('no batch, judgement, audit, rebuild or other job reads a whole collection to find a few documents', async () => {
  await using world = await openWorld();
  const { db } = world;
  // The test's own looks are not the product's.
  await using beside = await new MongoClient(world.uri, { appName: 'looks' }).connect();
  const settled = () => waitUntilBothCaughtUp(beside.db(world.database), PATIENCE_MS);
  const isScan = { $regexMatch: { input: { $ifNull: ['$planSummary', ''] }, regex: 'COLLSCAN' } };
  await db.command({ profile: 1, filter: { $expr: isScan, appName: world.database } });
  await using _ = openTails(world);
  for (let n = 0; n < CALLS; n += 1) await deliver(db, callOf(n));
  await settled();
  const done = async (job: Parameters<typeof byHand>[1], ...words: string[]): Promise<void> => {
    expect((await byHand(db, job, words)).result).toBe('done');
    await settled();
  };
  await done(audit, '--hour', '2026-11-02T10:00Z');
  await done(rebuild);
  await done(rebuild, 'range', '--from', '2026-11-02T10:00Z', '--to', '2026-11-02T11:00Z');
  await done(createStaleCallsJob(() => 4));
  await done(
    createRetentionJob(() => ({ RETAIN_BODIES_DAYS: 1, RETAIN_TRANSCRIPTS_DAYS: 1, RETAIN_AUDIO_DAYS: 1 })),
  );
  const day = { since: new Date((START - 86_400) * 1_000), until: new Date((START + 86_400) * 1_000) };
  const [gap] = await coverageOf(db, day, new Date());
  expect(gap).toEqual({ gap: 'calls_without_end', found: 0, among: CALLS - 3 });
  const hour = { fromMs: (START - 3_600) * 1_000, toMs: (START + 3_600) * 1_000 };
  const slice = { dimension: 'agent', key: 'agent_1' } as const;
  expect(await callsBehind(db, { measure: 'calls', slice, ...hour })).toHaveLength(CALLS - 3);
  await done(erase, '--call', `twilio:CA${'1'.padStart(32, '0')}`);

  await db.command({ profile: 0 });
  const found = await beside
    .db(world.database)
    .collection('system.profile')
    .find({ ns: /\.(events|transcripts|recordings|(calls|\w+_(hourly|daily))(_v\d+)?)$/ })
    .toArray();
  // It does watch: a rebuild reads the log whole.
  expect(found).not.toEqual([]);
  const shown = found
    .filter(({ command }) => !isWhole(command as Document))
    .map(({ ns, command }) => `${String(ns)} ${JSON.stringify(command)}`);
  expect(shown).toEqual([]);
}, 120_000);

/**
 * Asked for all of a collection, as by a rebuild. An erasure reads all as well, to prove that nothing is left, and looks before
 * whether a number is in other calls too: numbers have no index.
 */
function isWhole({ find, filter, query, q, pipeline, getMore, originatingCommand }: Document): boolean {
  if (getMore !== undefined) return isWhole((originatingCommand ?? {}) as Document);
  const first = (pipeline as Document[] | undefined)?.[0];
  if (first !== undefined) return '$sample' in first || ('$match' in first && isEmpty(first.$match));
  if (find === undefined) return isEmpty(filter ?? query ?? q) && (query ?? q) === undefined;
  return isEmpty(filter) || JSON.stringify(filter).includes('"fromNumber"');
}

function isEmpty(filter: unknown): boolean {
  return filter === undefined || Object.keys(filter as object).length === 0;
}
