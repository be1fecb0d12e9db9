/** Rows 19 to 21 of the fault table: the disk of the database is slow, full, or fails, under the whole road. */
import { expect, test } from '@jest/globals';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoClient } from 'mongodb';
import { publish, roundsOf, spread } from '../rounds.ts';
import { CAN, inject, mountSmallDisk } from './injectors.ts';
import { expectFresh, expectSound, openRig, wasRefused, type Rig } from './rig.ts';

const FRESH_MS = 15_000;
const SLOW_MS = 10_000;
const [tracing, mounting] = [CAN.trace ? test : test.skip, CAN.mount ? test : test.skip];

/** Waits until ingest refuses for now: whatever is wrong with the database has reached the senders. */
async function expectRefusals(rig: Rig): Promise<void> {
  const fromMs = Date.now();
  for (let look = 0; look < 400 && !wasRefused(rig, fromMs); look += 1) await sleep(100);
  expect(wasRefused(rig, fromMs)).toBe(true);
}

tracing(
  'a disk that takes 50 ms for each sync makes all slower, loses nothing, and nobody is started again',
  async () => {
    await using rig = await openRig();
    for (let round = 0; round < roundsOf(1); round += 1) {
      await expectFresh(rig, FRESH_MS);
      const fromMs = Date.now();
      {
        await using _ = await inject(rig.set.members[0]?.pid ?? 0, 'fsync,fdatasync:delay_enter=50000');
        await sleep(SLOW_MS);
        await expectFresh(rig, FRESH_MS);
      }
      const ackMs = rig.load.sending.answers
        .filter(({ status, sentAtMs }) => status === 200 && sentAtMs >= fromMs)
        .map(({ atMs, sentAtMs }) => atMs - sentAtMs);
      const recovery = await expectFresh(rig, FRESH_MS);
      await expectSound(rig);
      publish('disk slow', { rows: [19], rounds: 1 }, { ackMs: spread(ackMs), ...recovery });
    }
  },
  120_000 * roundsOf(1),
);

mounting(
  'a full disk ends all 200s; with room again everything goes on, and what was answered is there',
  async () => {
    await using disk = await mountSmallDisk(700);
    await using rig = await openRig({ dataDir: disk.folder });
    const [member] = rig.set.members;
    for (let round = 0; round < roundsOf(1); round += 1) {
      await expectFresh(rig, FRESH_MS);
      const filler = join(disk.folder, 'filler');
      await fill(filler);
      await useUp(rig, member?.port ?? 0);
      await expectRefusals(rig);
      await rm(filler);
      // The server ends itself when it cannot write its journal; whoever watches over it starts it again.
      await member?.kill();
      await member?.restart();
      const recovery = await expectFresh(rig, FRESH_MS);
      await rig.world.client.db('used_up').dropDatabase();
      await expectSound(rig);
      publish('disk full', { rows: [20], rounds: 1 }, recovery);
    }
  },
  180_000 * roundsOf(1),
);

tracing(
  'a disk that fails ends the server; ingest says so, and everything goes on with a sound one',
  async () => {
    await using rig = await openRig();
    const [member] = rig.set.members;
    for (let round = 0; round < roundsOf(1); round += 1) {
      await expectFresh(rig, FRESH_MS);
      {
        await using _ = await inject(member?.pid ?? 0, 'fdatasync:error=EIO');
        await expectRefusals(rig);
      }
      await member?.kill();
      await member?.restart();
      const recovery = await expectFresh(rig, FRESH_MS);
      await expectSound(rig);
      publish('disk fails', { rows: [21], rounds: 1 }, recovery);
    }
  },
  120_000 * roundsOf(1),
);

/** Takes all room that is left. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    for (const size of [1_000_000, 4_096]) {
      const bytes = Buffer.alloc(size);
      // Until the disk says that it is full.
      for (let isFull = false; !isFull;)
        isFull = await file.write(bytes).then(
          ({ bytesWritten }) => bytesWritten < size,
          () => true,
        );
    }
  } finally {
    await file.close();
  }
}

/** Writes until the room that the server had taken beforehand is used up as well, and it fails. */
async function useUp({ world }: Rig, port: number): Promise<void> {
  const uri = `mongodb://127.0.0.1:${port}/?directConnection=true`;
  const client = new MongoClient(uri, {
    serverSelectionTimeoutMS: 1_000,
    socketTimeoutMS: 3_000,
    retryWrites: false,
  });
  try {
    const name = `used_up`;
    for (let written = 0; written < 600; written += 1)
      await client
        .db(name)
        .collection(world.database)
        .insertOne({ bytes: randomBytes(1_000_000) }, { writeConcern: { w: 1, journal: true } });
  } catch {
    // What this is for.
    return;
  } finally {
    await client.close();
  }
  throw new Error('600 MB fit onto a full disk');
}
