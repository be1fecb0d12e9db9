/** The jobs process as an operator runs it: reconcile by hand with keys and without, and what the clock does with no access. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { execFile } from 'node:child_process';
import { startProcess } from '../support/processes.ts';
import { conversationOf } from '../support/vendors/calls.ts';
import { ELEVENLABS_KEY, startElevenLabs, type ElevenLabs } from '../support/vendors/elevenlabs.ts';
import { openWorld, type World } from '../support/world.ts';

let world: World;
let elevenlabs: ElevenLabs;
beforeEach(async () => {
  world = await openWorld();
  elevenlabs = await startElevenLabs();
});
afterEach(async () => {
  await elevenlabs[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const environment = () => ({ MONGODB_URI: world.uri, MONGODB_DATABASE: world.database, LOG_LEVEL: 'info' });

/** Runs `npm run job -- …` and gives its exit code and all it wrote. */
function job(
  words: readonly string[],
  more: Record<string, string> = {},
): Promise<{ code: number; said: string }> {
  const args = ['dist/jobs/main.js', 'job', ...words];
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...environment(), ...more };
  return new Promise((resolve) => {
    execFile(process.execPath, args, { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), said: stdout + stderr });
    });
  });
}

test('by hand it repairs, prints its tables and ends with 0; a key that is refused ends it with 1, unseen', async () => {
  const startedAt = new Date(Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000);
  elevenlabs.conversations.set('conv_a', conversationOf('conv_a', startedAt));
  const good = { ELEVENLABS_API_KEY: ELEVENLABS_KEY, ELEVENLABS_API_URL: elevenlabs.url };
  const repaired = await job(['reconcile', '--since', '2h'], good);
  expect(repaired).toMatchObject({ code: 0, said: expect.stringMatching(/elevenlabs +1 +0 +1 +1 +0 +0/) });
  expect(repaired.said).toContain('twilio is not asked');
  expect(await world.db.collection('events').countDocuments()).toBe(1);
  const refused = await job(['reconcile', '--provider', 'elevenlabs'], {
    ...good,
    ELEVENLABS_API_KEY: 'sk_wrong_and_unseen',
  });
  expect(refused).toMatchObject({ code: 1, said: expect.stringContaining('answered 401') });
  expect(repaired.said + refused.said).not.toMatch(/sk_stand_in|sk_wrong/);
}, 60_000);

test('without access it says so and ends with 0, and the clock leaves it alone', async () => {
  const ran = await job(['reconcile']);
  expect(ran).toMatchObject({ code: 0, said: expect.stringContaining('ELEVENLABS_API_KEY is not set') });
  expect((await job(['reconcile', '--since', 'yesterday'])).code).toBe(1);
  await using jobs = startProcess({ name: 'jobs', env: environment() });
  await jobs.said('ready');
  await jobs.said("calls are not reconciled by the clock: no access to a vendor's API is configured");
  expect(await world.db.collection<{ _id: string }>('jobs').findOne({ _id: 'active-calls' })).toBeNull();
}, 60_000);

test('with access the clock polls calls in progress and catches up at its start', async () => {
  const startedAt = new Date(Math.floor(Date.now() / 1_000) * 1_000 - 60_000);
  elevenlabs.conversations.set('conv_a', conversationOf('conv_a', startedAt, { status: 'in-progress' }));
  const access = { ELEVENLABS_API_KEY: ELEVENLABS_KEY, ELEVENLABS_API_URL: elevenlabs.url };
  await using jobs = startProcess({ name: 'jobs', env: { ...environment(), ...access } });
  await jobs.said('elevenlabs: 1 states of calls in progress are news');
  expect(jobs.lines.join('\n')).not.toContain(ELEVENLABS_KEY);
}, 60_000);
