/** One address cannot take the room of all: connections, unfinished bodies, temporary files. A forger sits at 127.0.0.2. */
import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { createShares } from '../../ingest/shares.ts';
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
  test('holds where half is in use, is given back, and has no end for a while once a signature was right', () => {
    let nowMs = 0;
    const shares = createShares({ sockets: 8, bodyBytes: 0, spoolBytes: 0 }, () => nowMs);
    const take = (address: string, times: number) =>
      Array.from({ length: times }, () => shares.take(address, 'sockets', 1)).filter(Boolean).length;
    // Half is anyone's; then a quarter an address, and what it has already counts.
    expect([take('a', 8), take('b', 8), take('c', 1)]).toEqual([4, 2, 1]);
    shares.give('b', 'sockets', 1);
    expect(take('b', 2)).toBe(1);
    shares.vouch('a');
    expect(take('a', 3)).toBe(3);
    nowMs = 60 * 60_000;
    expect(take('a', 1)).toBe(0);
    for (let n = 0; n < 10_001; n += 1) shares.vouch(`${n}`);
    expect([take('0', 9), take('10000', 9)]).toEqual([2, 9]);
  });

  test('of connections: those beyond it are closed unread, and signed requests from elsewhere go on', async () => {
    await using database = await openIngestDatabase();
    await using running = await startIngest({ db: database.db, limits: { sockets: 10 } });
    const sockets = await Promise.all(Array.from({ length: 9 }, () => open(running)));
    await until(() => running.told.filter((told) => told === 'crowded').length === 4);
    expect((await running.post(signed('one'))).status).toBe(200);
    for (const socket of sockets) socket.destroy();
    const { server } = running.ingest;
    const connections = promisify(server.getConnections.bind(server));
    await until(async () => (await connections()) === 0);
    const again = await Promise.all(Array.from({ length: 5 }, () => open(running)));
    await until(async () => (await connections()) === 5);
    for (const socket of again) socket.destroy();
    expect(running.told.filter((told) => told === 'crowded')).toHaveLength(4);
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

  test.each<[string, number]>([
    ['of unfinished bodies', 1024 * 1024],
    ['of temporary files', 1_000],
  ])(
    '%s: the forger is told 503, the signed are not, even at their first burst',
    async (_what, longestBytes) => {
      await using database = await openIngestDatabase();
      await using running = await startIngest({
        db: database.db,
        limits: {
          body: { longestBytes, slowestMs: 10_000, allBytes: 400_000 },
          spool: { bodyBytes: 300_000, totalBytes: 400_000, slowestMs: 10_000, idleMs: 10_000 },
        },
      });
      expect((await running.post(signed('first', 190_000))).status).toBe(200);
      const begun = await Promise.all(Array.from({ length: 8 }, () => begin(running, 60_000)));
      await until(() => running.told.filter((told) => told === 'elevenlabs:overloaded').length >= 5);
      const answers = await Promise.all(
        begun.map(({ answer }) =>
          Promise.race([answer, new Promise((done) => setTimeout(done, 1_000, 'none'))]),
        ),
      );
      expect(answers.filter((answer) => answer === 'HTTP/1.1 503 Service Unavailable')).toHaveLength(5);
      // What the forger could not have is there for the signed, in one piece larger than a share.
      expect((await running.post(signed('large', 200_000))).status).toBe(200);
      for (const { socket } of begun) socket.destroy();
    },
    20_000,
  );
});
