/** Row 8 of the fault table: a projector with little memory meets a backlog of the largest bodies that ingest takes. */
import { expect, test } from '@jest/globals';
import { expectedViews, storedViews } from '../../oracle/oracle.ts';
import { waitUntilBothCaughtUp } from '../../support/caught-up.ts';
import { deliver, type SentBody } from '../../support/deliveries.ts';
import { startProcess } from '../../support/processes.ts';
import { openWorld } from '../../support/world.ts';
import { publish } from '../rounds.ts';
import { CAN, limitMemory } from './injectors.ts';

const BODIES = 60;
const BODY_BYTES = 7_500_000;
/** A projector at rest has about 150 MB; all bodies together have 450 MB. */
const LIMIT_BYTES = 400_000_000;
const limited = CAN.limitMemory ? test : test.skip;

/** A conversation as large as they come: what the sender adds fills it. */
function large(n: number): SentBody {
  const body = {
    type: 'post_call_transcription',
    event_timestamp: 1_795_428_100 + n,
    data: {
      agent_id: 'agent_1',
      conversation_id: `conv_${n}`,
      status: 'done',
      transcript: [{ role: 'user', message: 'Thank you, that was great.', time_in_call_secs: 4 }],
      metadata: { start_time_unix_secs: 1_795_428_000, call_duration_secs: 60, main_language: 'en' },
      conversation_initiation_client_data: { dynamic_variables: { filling: 'x'.repeat(BODY_BYTES) } },
    },
  };
  return { provider: 'elevenlabs', body };
}

limited(
  'a backlog of 60 bodies of 7.5 MB is read within 400 MB, without a single restart',
  async () => {
    await using world = await openWorld();
    for (let n = 0; n < BODIES; n += 1) await deliver(world.db, [large(n)]);
    await using group = await limitMemory(LIMIT_BYTES);
    const env = { MONGODB_URI: world.uri, MONGODB_DATABASE: world.database };
    await using running = startProcess({ name: 'projector', env });
    await group.take(running.child.pid ?? 0);
    const tookMs = await timeOf(waitUntilBothCaughtUp(world.db, 120_000));
    expect([running.child.exitCode, running.child.signalCode]).toEqual([null, null]);
    expect(await world.db.collection('transcripts').countDocuments()).toBe(BODIES);
    expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
    await deliver(world.db, [large(BODIES)]);
    const freshMs = await timeOf(waitUntilBothCaughtUp(world.db, 10_000));
    const mostMb = Math.round((await group.mostBytes()) / 1e6);
    publish('backlog of large bodies', { rows: [8], rounds: 1 }, { tookMs, freshMs, mostMb });
  },
  240_000,
);

async function timeOf(work: Promise<unknown>): Promise<number> {
  const fromMs = performance.now();
  await work;
  return Math.round(performance.now() - fromMs);
}
