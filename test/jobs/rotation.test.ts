/** A secret rotated at the sender first, on real processes: refused, the secret added, promoted by hand; every call counted once. */
import { expect, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import type { StoredEvent } from '../../ingest/contract.ts';
import { startProcess } from '../support/processes.ts';
import { standardRequest, type TestRequest } from '../support/webhooks.ts';
import { openWorld } from '../support/world.ts';
import { startJob } from './job-process.ts';

const OLD = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const NEW = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';
/** Calls before the rotation, while it is refused, and after the secret was added. */
const CALLS = { before: 20, refused: 120, after: 20 };
const DAY = '2026-01-15';

/** The n-th call: it lasted 10 + n seconds. */
function call(n: number, secret: string, at = new Date()): TestRequest {
  const started = new Date(Date.parse(`${DAY}T00:00:00Z`) + n * 60_000);
  const data = {
    call_id: `call-${n}`,
    started_at: started.toISOString(),
    duration_seconds: 10 + n,
    connection: 'answered_human',
  };
  return standardRequest(
    `msg_${n}`,
    { type: 'call.completed', timestamp: started.toISOString(), data },
    { secret, at },
  );
}

async function post(port: unknown, { target, headers, body }: TestRequest): Promise<number> {
  const url = `http://127.0.0.1:${String(port)}${target}`;
  return (await fetch(url, { method: 'POST', headers, body: new Uint8Array(body) })).status;
}

/** Waits for what must come soon. */
async function until(holds: () => Promise<boolean>, otherwise: () => string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(otherwise());
    await pause(10);
  }
}

test('loses no call and counts none twice', async () => {
  await using world = await openWorld();
  const env = { MONGODB_URI: world.uri, MONGODB_DATABASE: world.database, STANDARD_WEBHOOK_SECRET: OLD };
  const rotated = { ...env, STANDARD_WEBHOOK_SECRET: `${OLD},${NEW}` };
  const [events, ring] = [
    world.db.collection<StoredEvent>('events'),
    world.db.collection('rejected', { readConcern: { level: 'majority' } }),
  ];
  await using projector = startProcess({ name: 'projector', env });
  let n = 0;
  {
    await using ingest = startProcess({ name: 'ingest', env });
    const { port } = await ingest.said('listening');
    for (; n < CALLS.before; n += 1) expect(await post(port, call(n, OLD))).toBe(200);
    for (; n < CALLS.before + CALLS.refused; n += 1) {
      expect(await post(port, call(n, NEW))).toBe(401);
      // The ring takes eight writes at once and drops what is more: the sender is no faster than its acknowledgement.
      await until(
        async () => (await ring.countDocuments()) > n - CALLS.before,
        () => `the ring lacks call ${n}:\n${ingest.lines.slice(-5).join('\n')}`,
      );
    }
  }
  await using ingest = startProcess({ name: 'ingest', env: rotated });
  const { port } = await ingest.said('listening');
  // The sender tries a few of the refused ones again, signed anew, and goes on.
  for (let again = CALLS.before; again < CALLS.before + 10; again += 1)
    expect(await post(port, call(again, NEW))).toBe(200);
  for (; n < CALLS.before + CALLS.refused + CALLS.after; n += 1)
    expect(await post(port, call(n, NEW))).toBe(200);

  const verified = await startJob(rotated, 'rejected', 'verify').ended;
  expect(verified.printed).toContain(`${CALLS.refused} would verify now; nothing was changed`);
  const promoted = await startJob(rotated, 'rejected', 'promote').ended;
  expect(promoted).toMatchObject({
    code: 0,
    printed: expect.stringContaining(`${CALLS.refused - 10} new events, 10 known already`),
  });
  const again = await startJob(rotated, 'rejected', 'promote').ended;
  expect(again).toMatchObject({ code: 0, printed: expect.stringContaining('0 new events, 0 known already') });
  expect(`${verified.printed}${promoted.printed}`).not.toMatch(/whsec_|call-\d/);

  expect(await ring.countDocuments()).toBe(0);
  expect(await events.countDocuments()).toBe(n);
  expect((await events.distinct('partId')).length).toBe(n);
  const seconds = Array.from({ length: n }, (_, one) => 10 + one).reduce((sum, one) => sum + one, 0);
  const calls = world.db.collection('calls');
  const stands = { calls: 0, checkpoint: '' };
  await until(
    async () => {
      stands.calls = await calls.countDocuments();
      stands.checkpoint = JSON.stringify(await world.db.collection('checkpoints').find().toArray());
      return stands.calls === n;
    },
    () =>
      `of ${n} calls ${stands.calls} are counted at ${stands.checkpoint}:\n${projector.lines.slice(-5).join('\n')}`,
  );
  const [day] = await world.db
    .collection('duration_daily')
    .find({ '_id.d': 'all', '_id.at': new Date(`${DAY}T00:00:00Z`) })
    .toArray();
  expect(day).toMatchObject({ calls: n, answered: n, durationMs: seconds * 1_000 });
}, 120_000);
