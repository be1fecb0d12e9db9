/** One address cannot take the room of all: connections, unfinished bodies, temporary files. A forger sits at 127.0.0.2. */
import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { createShares, SHARE_LIMITS } from '../../ingest/shares.ts';
import { openIngestDatabase, startIngest, type RunningIngest } from '../support/ingest.ts';
import { elevenlabsRequest } from '../support/webhooks.ts';

const FORGER = '127.0.0.2';
const event = (id: string, filler = '') => ({
  type: 'post_call_transcription',
  event_timestamp: Math.floor(Date.now() / 1_000),
  data: { conversation_id: id, status: 'done', filler },
});
const signed = (id: string, bytes = 0) => elevenlabsRequest(event(id, 'x'.repeat(bytes)));
const signature = `t=${Math.floor(Date.now() / 1_000)},v0=${'0'.repeat(64)}`;

/** Opens a connection from the forger's address. */
async function open({ port }: RunningIngest): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, localAddress: FORGER });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Begins a body of the forger's and never ends it; resolves with the first line of the answer, if one comes. */
async function begin(
  running: RunningIngest,
  bytes: number,
): Promise<{ socket: Socket; answer: Promise<string> }> {
  const socket = await open(running);
  const answer = once(socket, 'data').then(([data]) => String(data).split('\r\n')[0] ?? '');
  answer.catch(() => undefined);
  socket.write(
    `POST /webhooks/elevenlabs HTTP/1.1\r\nhost: x\r\nelevenlabs-signature: ${signature}\r\ncontent-length: ${bytes * 2}\r\n\r\n`,
  );
  socket.write('x'.repeat(bytes));
  return { socket, answer };
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('waited 10 s in vain');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('a share', () => {
  test('is of one address, is given back, and has no end for a while once a signature was right', () => {
    let nowMs = 0;
    const shares = createShares({ ...SHARE_LIMITS, sockets: 2 }, () => nowMs);
    const take = (address: string) => shares.take(address, 'sockets', 1);
    expect([take('a'), take('a'), take('a'), take('b')]).toEqual([true, true, false, true]);
    shares.give('a', 'sockets', 1);
    expect([take('a'), take('a')]).toEqual([true, false]);
    shares.vouch('a');
    expect([take('a'), take('a'), take('b'), take('b')]).toEqual([true, true, true, false]);
    nowMs = 60 * 60_000;
    expect(take('a')).toBe(false);
    for (let n = 0; n < 10_001; n += 1) shares.vouch(`${n}`);
    expect([take('0'), take('0'), take('0')]).toEqual([true, true, false]);
    expect([take('10000'), take('10000'), take('10000')]).toEqual([true, true, true]);
  });

  test('of connections: those beyond it are closed unread, and signed requests from elsewhere go on', async () => {
    await using database = await openIngestDatabase();
    await using running = await startIngest({
      db: database.db,
      limits: { shares: { ...SHARE_LIMITS, sockets: 5 } },
    });
    const sockets = await Promise.all(Array.from({ length: 12 }, () => open(running)));
    await until(() => running.told.filter((told) => told === 'crowded').length === 7);
    expect((await running.post(signed('one'))).status).toBe(200);
    for (const socket of sockets) socket.destroy();
    const { server } = running.ingest;
    const connections = promisify(server.getConnections.bind(server));
    await until(async () => (await connections()) === 0);
    const again = await Promise.all(Array.from({ length: 5 }, () => open(running)));
    await until(async () => (await connections()) === 5);
    for (const socket of again) socket.destroy();
    expect(running.told.filter((told) => told === 'crowded')).toHaveLength(7);
  });

  test('of connections is not lost to who sends nothing: he is let go after the time for headers', async () => {
    await using database = await openIngestDatabase();
    await using running = await startIngest({ db: database.db });
    const silent = await open(running);
    silent.resume();
    await Promise.race([
      once(silent, 'close'),
      new Promise((_, reject) => setTimeout(() => reject(new Error('still open')), 12_000).unref()),
    ]);
  }, 20_000);

  test.each<[string, { longestBytes: number; shares: Partial<typeof SHARE_LIMITS> }]>([
    ['of unfinished bodies', { longestBytes: 1024 * 1024, shares: { bodyBytes: 100_000 } }],
    ['of temporary files', { longestBytes: 1_000, shares: { spoolBytes: 100_000 } }],
  ])(
    '%s: the forger is told 503, the signed are not',
    async (_what, { longestBytes, shares }) => {
      await using database = await openIngestDatabase();
      await using running = await startIngest({
        db: database.db,
        limits: {
          body: { longestBytes, slowestMs: 10_000, allBytes: 400_000 },
          spool: { bodyBytes: 300_000, totalBytes: 400_000, slowestMs: 10_000, idleMs: 10_000 },
          shares: { ...SHARE_LIMITS, ...shares },
        },
      });
      expect((await running.post(signed('small'))).status).toBe(200);
      const begun = await Promise.all(Array.from({ length: 8 }, () => begin(running, 60_000)));
      await until(() => running.told.filter((told) => told === 'elevenlabs:overloaded').length >= 7);
      const answers = await Promise.all(
        begun.map(({ answer }) =>
          Promise.race([answer, new Promise((done) => setTimeout(done, 1_000, 'none'))]),
        ),
      );
      expect(answers.filter((answer) => answer === 'HTTP/1.1 503 Service Unavailable')).toHaveLength(7);
      // What the forger could not have is there for the signed, in one piece larger than his whole share.
      expect((await running.post(signed('large', 200_000))).status).toBe(200);
      for (const { socket } of begun) socket.destroy();
    },
    20_000,
  );
});
