/** Rows 16, 36 and 37 of the fault table: several projectors, a killed and a frozen leader, a token that leads nowhere. Side by side: they wait. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Timestamp } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TailedEvent } from '../../ingest/contract.ts';
import { INGEST_SCHEMA } from '../../ingest/schema.ts';
import { ensureSchema } from '../../ops/process/schema.ts';
import type { Checkpoint, Lease } from '../../projector/documents.ts';
import { EVENT_FIELDS, orderOf, tokenOfNow } from '../../projector/tail.ts';
import { expectedViews, storedViews } from '../oracle/oracle.ts';
import { anyEvent, scopedEvent } from '../support/events.ts';
import { waitUntilCaughtUp } from '../support/caught-up.ts';
import { appendEvents } from '../support/log-writer.ts';
import { startProcess, type RunningProcess } from '../support/processes.ts';
import { openWorld, type World } from '../support/world.ts';
import { expectEachOnce } from './log-load.ts';
import { publish } from './rounds.ts';

/** Lease (5 s), one beat of the standby (1 s) and the first commit; the server would end a dead transaction after 10 s. */
const TAKEOVER_MS = 8_000;

const projector = (world: World, crashAt?: string): RunningProcess =>
  startProcess({
    name: 'projector',
    env: { MONGODB_URI: world.uri, MONGODB_DATABASE: world.database },
    ...(crashAt !== undefined && { crashAt }),
  });

const someEvents = (count: number, seed: number): TailedEvent[] =>
  fc
    .sample(anyEvent, { numRuns: count, seed })
    .map((event, index) => scopedEvent(event, seed * 1_000 + (index % 9)));

/** Random events may repeat; the log takes each once. */
const onlyDuplicates = (error: unknown): void => {
  if (!(error instanceof Error && error.message.includes('E11000'))) throw error;
};

const secondsAgo = (seconds: number): number => Math.floor(Date.now() / 1_000) - seconds;

const epochOf = async (world: World): Promise<number> =>
  (await world.db.collection<Checkpoint>('checkpoints').findOne({ _id: 'views' }))?.epoch ?? 0;

describe('a standby', () => {
  test.concurrent(
    'takes over from a leader killed in the middle of a transaction before the server would have ended it',
    async () => {
      await using world = await openWorld();
      // One event a commit, so that the transaction it dies in holds events of its own.
      await using doomed = projector(world, 'update_written:20');
      await doomed.said('lease taken');
      await using standby = projector(world);
      await standby.said('ready');
      const events = someEvents(400, 1);
      for (const event of events) {
        if (doomed.child.signalCode !== null) break;
        await appendEvents(world.db, [event]).catch(onlyDuplicates);
      }
      expect((await doomed.ended).signal).toBe('SIGKILL');
      // The one it died in may have been a sign of life: whatever it had read, this is the standby's.
      await appendEvents(world.db, someEvents(3, 8));
      const { tookMs } = await waitUntilCaughtUp(world.db, TAKEOVER_MS + 2_000);
      expect(tookMs).toBeLessThan(TAKEOVER_MS);
      expect(await epochOf(world)).toBe(2);
      expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
      publish('standby takes over from a killed leader', { rows: [36], rounds: 1 });
    },
    60_000,
  );

  test.concurrent(
    'takes over from a frozen leader, and what the frozen one does on waking changes nothing',
    async () => {
      await using world = await openWorld();
      await using frozen = projector(world);
      await frozen.said('lease taken');
      await using standby = projector(world);
      frozen.child.kill('SIGSTOP');
      await appendEvents(world.db, someEvents(30, 2));
      await standby.said('lease taken');
      await waitUntilCaughtUp(world.db, TAKEOVER_MS);
      frozen.child.kill('SIGCONT');
      await appendEvents(world.db, someEvents(30, 3));
      await waitUntilCaughtUp(world.db, TAKEOVER_MS);
      await sleep(1_500);
      const lease = await world.db.collection<Lease>('leases').findOne({ _id: 'views' });
      expect([await epochOf(world), lease?.epoch]).toEqual([2, 2]);
      expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
      await expectEachOnce(world);
      expect(frozen.child.exitCode).toBeNull();
      publish('standby takes over from a frozen leader, which wakes', { rows: [36, 37], rounds: 1 });
    },
    60_000,
  );
});

describe('a token that leads nowhere', () => {
  test.concurrent.each([
    ['is of a stream that never was', { _data: '8263' + '0'.repeat(60) }],
    ['is no token', { _data: 'nonsense' }],
  ])(
    'is replaced by a scan of the log when it %s: totals are exact without any hand',
    async (_what, token) => {
      await using world = await openWorld();
      // Two hours behind: a scan that began where the last commit was made, and not where it had come to, would miss all of these.
      const behind = { logAt: new Timestamp({ t: secondsAgo(2 * 3_600), i: 1 }) };
      await appendEvents(
        world.db,
        someEvents(40, 4).map((event) => ({ ...event, ...behind })),
      );
      await world.db.collection<Checkpoint>('checkpoints').insertOne({
        _id: 'views',
        epoch: 0,
        sequence: 0,
        position: { kind: 'tail', token, logAt: new Timestamp({ t: secondsAgo(3 * 3_600), i: 1 }) },
        at: new Date(),
      });
      await using running = projector(world);
      await running.said('history lost: reading the log again');
      await appendEvents(world.db, someEvents(40, 5));
      await waitUntilCaughtUp(world.db, 10_000);
      expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
      publish('token that leads nowhere', { rows: [16], rounds: 1 });
    },
    60_000,
  );
});

test.concurrent(
  'a token that the server takes but that stands beyond all it gives is given up, and what was refused is read again',
  async () => {
    await using world = await openWorld();
    const token = await tokenOfNow({
      events: world.db.collection<TailedEvent>('events'),
      fields: EVENT_FIELDS,
    });
    // To the server hexadecimal letters are the same in either case; as text, "b" stands behind "B".
    const position = { kind: 'tail', token: { _data: orderOf(token).toLowerCase() }, logAt: null } as const;
    const checkpoint: Checkpoint = { _id: 'views', epoch: 0, sequence: 0, position, at: new Date() };
    await world.db.collection<Checkpoint>('checkpoints').insertOne(checkpoint);
    await using running = projector(world);
    await running.said('lease taken');
    await appendEvents(world.db, someEvents(40, 9));
    expect(await running.said('history lost: reading the log again')).toMatchObject({
      code: 'NOTHING_BEYOND',
    });
    await waitUntilCaughtUp(world.db, 10_000);
    expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
    publish('token beyond all that comes', { rows: [16], rounds: 1 });
  },
  60_000,
);

test.concurrent(
  'a log that was dropped and filled again is read from its start, and pushes go on',
  async () => {
    await using world = await openWorld();
    await using running = projector(world);
    await running.said('lease taken');
    const events = someEvents(30, 6);
    await appendEvents(world.db, events);
    await waitUntilCaughtUp(world.db, 10_000);
    await world.db.collection('events').drop();
    await running.said('history lost: reading the log again');
    await ensureSchema(world.db, INGEST_SCHEMA);
    await appendEvents(world.db, [...events, ...someEvents(30, 7)]);
    await waitUntilCaughtUp(world.db, 10_000);
    expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
    publish('log dropped and filled again', { rows: [17], rounds: 1 });
  },
  60_000,
);
