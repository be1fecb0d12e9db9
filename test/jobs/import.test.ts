/** `import` on a real replica set: history into the log, each line once however often and from wherever it is begun. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { StoredEvent } from '../../ingest/contract.ts';
import { DEFAULT_SETTINGS } from '../../ingest/interpret-settings.ts';
import { standardWebhooks } from '../../ingest/providers/standard-webhooks.ts';
import { createImportJob } from '../../jobs/import/job.ts';
import { readLine } from '../../jobs/import/line.ts';
import { linesOf } from '../../jobs/import/lines.ts';
import { startIngest } from '../support/ingest.ts';
import { elevenlabsRequest } from '../support/webhooks.ts';
import { openWorld, type World } from '../support/world.ts';
import { byHand, testSenders } from './by-hand.ts';
import { startJob } from './job-process.ts';

const crm = {
  provider: standardWebhooks,
  name: 'crm',
  secrets: [],
  allowGet: false,
  settings: DEFAULT_SETTINGS,
  settingsVersion: '1',
};
const senders = testSenders({}, { named: [crm] });
const job = createImportJob(() => senders);

let world: World;
let folder: string;
beforeEach(async () => {
  world = await openWorld();
  folder = await mkdtemp(join(tmpdir(), 'callviews-import-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  await world[Symbol.asyncDispose]();
});

const events = () => world.db.collection<StoredEvent>('events');
async function file(lines: readonly (string | object)[]): Promise<string> {
  const path = join(folder, 'history.ndjson');
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  await writeFile(path, `${texts.join('\n')}\n`);
  return path;
}
const run = (path: string, ...words: string[]) => byHand(world.db, job, [path, ...words]);
const started = (n: number) => new Date(Date.parse('2025-03-01T00:00:00Z') + n * 60_000).toISOString();
const call = (n: number) => ({
  call_id: `call-${n}`,
  started_at: started(n),
  ended_at: started(n + 1),
  duration_seconds: n % 600,
  connection: 'answered_human',
});
const calls = (count: number) => Array.from({ length: count }, (_, n) => call(n));
const elevenlabsBody = JSON.stringify({
  type: 'post_call_transcription',
  event_timestamp: 1_740_000_000,
  data: { conversation_id: 'conv-1', agent_id: 'agent-1', status: 'done' },
});
const delivery = {
  provider: 'elevenlabs',
  endpoint: 'default',
  receivedAt: '2025-02-19T22:00:00Z',
  body: elevenlabsBody,
};

describe('an import', () => {
  test('of 2,000 calls twice makes the same 2,000 events', async () => {
    const path = await file(calls(2_000));
    const first = await run(path);
    expect(first).toEqual({
      result: 'done',
      printed: '2000 lines: 2000 new events, 0 known already, 0 lines failed',
    });
    const second = await run(path);
    expect(second).toEqual({
      result: 'done',
      printed: '2000 lines: 0 new events, 2000 known already, 0 lines failed',
    });
    expect(await events().countDocuments()).toBe(2_000);
    expect(await events().findOne({ partId: 'standard:default:call-61' })).toMatchObject({
      type: 'call.completed',
      eventAt: new Date(started(62)),
      verified: { scheme: 'import', secretId: 'none', skewMs: null },
      facts: { groups: { durationMs: { value: 61_000 }, status: { value: 'ended' } } },
    });
    expect(await world.db.collection('imports').countDocuments()).toBe(0);
  });

  test('told to end goes on where it was; killed before it noted so, it finds what it knows', async () => {
    const lines = [...calls(1_000), 'no JSON', ...calls(1_500).slice(1_000)];
    const path = await file(['not this', ...lines]);
    const stopped = await byHand(world.db, job, [path], AbortSignal.abort());
    expect(stopped.result).toBe('failed');
    expect(stopped.printed).toMatch(
      /^line 1: is no JSON\n500 lines: 499 new events.*\nstopped before the end/,
    );
    const record = await world.db.collection('imports').findOne();
    expect(record).toMatchObject({ file: 'history.ndjson', lines: 500, stored: 499, failed: 1 });
    await byHand(world.db, job, [path], AbortSignal.abort());
    expect(await world.db.collection('imports').findOne()).toMatchObject({ lines: 1_000, stored: 999 });
    // As it stood before the second batch was noted.
    await world.db.collection('imports').replaceOne({}, { ...record, _id: undefined });
    const last = await run(path);
    expect(last.result).toBe('failed');
    expect(last.printed.split('\n')).toEqual([
      'going on after line 500, of which 1 failed',
      'line 1002: is no JSON',
      '1502 lines: 1000 new events, 500 known already, 2 lines failed',
    ]);
    expect(await events().countDocuments()).toBe(1_500);
  });

  test('killed without warning, as a process, is finished by the same command', async () => {
    const path = await file(calls(8_000));
    const env = { MONGODB_URI: world.uri, MONGODB_DATABASE: world.database };
    const doomed = startJob(env, 'import', path);
    while ((await world.db.collection('imports').countDocuments()) === 0) await pause(5);
    doomed.child.kill('SIGKILL');
    expect((await doomed.ended).code).toBeNull();
    expect(await events().countDocuments()).toBeLessThan(8_000);
    const { code, printed } = await startJob(env, 'import', path).ended;
    expect(printed).toMatch(
      /going on after line \d+, of which 0 failed\n[^]*8000 lines: \d+ new events, \d+ known already, 0 lines failed\n/,
    );
    expect([code, await events().countDocuments()]).toEqual([0, 8_000]);
  }, 18_000);

  test('of a file that changed starts over', async () => {
    await byHand(world.db, job, [await file(calls(700))], AbortSignal.abort());
    const again = await run(await file(calls(701)));
    expect(again.printed).toBe('701 lines: 201 new events, 500 known already, 0 lines failed');
  });

  test('takes what senders once delivered, judged against its own arrival', async () => {
    const base64 = Buffer.from(elevenlabsBody.replace('conv-1', 'conv-2')).toString('base64');
    const twilio = {
      provider: 'twilio',
      target: '/webhooks/twilio?campaignId=spring',
      receivedAt: '2025-02-19T22:00:00+01:00',
      body: `AccountSid=AC${'0'.repeat(32)}&CallSid=CA${'1'.repeat(32)}&CallStatus=completed&CallDuration=42&Timestamp=Wed%2C+19+Feb+2025+20%3A59%3A00+%2B0000`,
    };
    const report = {
      type: 'call.analyzed',
      timestamp: '2025-01-01T00:00:00Z',
      data: { call_id: 'x', goal: 'success' },
    };
    const path = await file([
      delivery,
      { ...delivery, body: { base64 } },
      twilio,
      '',
      report,
      { ...delivery, receivedAt: '2014-01-01T00:00:00Z', body: elevenlabsBody.replace('conv-1', 'conv-3') },
    ]);
    expect(await run(path, '--endpoint', 'crm')).toEqual({
      result: 'done',
      printed: '6 lines: 5 new events, 0 known already, 0 lines failed',
    });
    expect(await events().distinct('partId')).toEqual([
      'elevenlabs:conv-1',
      'elevenlabs:conv-2',
      'elevenlabs:conv-3',
      'standard:crm:x',
      `twilio:CA${'1'.repeat(32)}`,
    ]);
    expect(await events().findOne({ provider: 'twilio' })).toMatchObject({
      receivedAt: new Date('2025-02-19T21:00:00Z'),
      facts: { groups: { assignment: { value: { campaignId: 'spring' } } } },
    });
    expect((await events().findOne({ partId: 'elevenlabs:conv-3' }))?.flags).toEqual(['implausible']);
  });

  test('of what a webhook told already is a duplicate of it', async () => {
    const at = new Date();
    const body = elevenlabsBody.replace('1740000000', String(Math.floor(at.getTime() / 1_000)));
    await using ingest = await startIngest({ db: world.db });
    expect((await ingest.post(elevenlabsRequest(Buffer.from(body)))).status).toBe(200);
    const path = await file([
      { ...delivery, receivedAt: at.toISOString(), target: '/webhooks/elevenlabs', body },
    ]);
    expect((await run(path)).printed).toBe('1 lines: 0 new events, 1 known already, 0 lines failed');
  });

  test('tells each line that cannot be read by number and reason, quotes none, and puts none of them into quarantine', async () => {
    const path = await file([
      call(1),
      '{"call_id":',
      '[]',
      { a: 'secret' },
      { type: 'call.completed', data: {} },
      { ...delivery, provider: 'acme' },
      { ...delivery, receivedAt: 'yesterday' },
      { ...delivery, body: '{' },
      { ...delivery, receivedAt: '2999-01-01T00:00:00Z' },
      { ...delivery, endpoint: 'gone' },
    ]);
    const { result, printed } = await run(path);
    expect(result).toBe('failed');
    expect(printed.split('\n')).toEqual([
      'line 2: is no JSON',
      'line 3: is no object',
      'line 4: is neither a call (call_id, or type and data) nor a delivery (provider, receivedAt, body)',
      'line 5: id data.call_id',
      'line 6: its provider or endpoint is not configured',
      'line 7: is no delivery: receivedAt (invalid_format)',
      'line 8: unparsable',
      'line 9: receivedAt lies in the future',
      'line 10: its provider or endpoint is not configured',
      '10 lines: 1 new events, 0 known already, 9 lines failed',
    ]);
    expect(await world.db.collection('quarantine').countDocuments()).toBe(0);
    expect((await run(path, '--lenient')).result).toBe('done');
    expect(await run(join(folder, 'nowhere'))).toEqual({
      result: 'failed',
      printed: 'the file cannot be read',
    });
    expect((await run(folder)).result).toBe('failed');
  });
});

test('lines are numbered and placed whatever ends them, and one too long to hold is passed over', async () => {
  const path = join(folder, 'lines');
  await writeFile(path, `\uFEFFone\r\n\n  two \n${'x'.repeat(17 * 1024 * 1024)}\nlast`);
  const lines = [];
  for await (const line of linesOf(path, { bytes: 0, lines: 0 })) lines.push(line);
  expect(lines.map(({ number, text }) => [number, text])).toEqual([
    [1, 'one'],
    [2, ''],
    [3, 'two'],
    [4, null],
    [5, 'last'],
  ]);
  const from = lines[2] ?? { endsAt: 0, number: 0 };
  const rest = [];
  for await (const line of linesOf(path, { bytes: from.endsAt, lines: from.number })) rest.push(line);
  expect(rest).toEqual(lines.slice(3));
});

test('a bare call is the same event whenever it is imported', () => {
  const at = (instant: string) => {
    const read = readLine(JSON.stringify(call(7)), {
      senders,
      endpoint: 'default',
      importedAt: new Date(instant),
    });
    if ('why' in read) throw new Error(read.why);
    return read.verified.delivery.body.toString();
  };
  expect(at('2026-01-01T00:00:00Z')).toBe(at('2027-01-01T00:00:00Z'));
});
