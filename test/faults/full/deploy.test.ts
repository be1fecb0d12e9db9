/** Row 40 of the fault table: ingest and projector are replaced under load, the new ones beside the old, again and again. */
import { expect, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expectedViews, storedViews } from '../../oracle/oracle.ts';
import { waitUntilCaughtUp } from '../../support/caught-up.ts';
import { checkLedger, NO_FAULTS } from '../../support/ledger-check.ts';
import { startSending, type Sending } from '../../support/ledger-sender.ts';
import { startProcess, type RunningProcess } from '../../support/processes.ts';
import { SECRETS } from '../../support/road.ts';
import { openWorld } from '../../support/world.ts';
import { openProxy } from '../proxy.ts';
import { publish, roundsOf, spread } from '../rounds.ts';

const RATE_PER_SECOND = 80;
const DEPLOYS = 10;
const PATIENCE_MS = 30_000;

test(
  'no answer is missing, none is a refusal, and the views are exact',
  async () => {
    const rounds = roundsOf(DEPLOYS);
    await using world = await openWorld();
    const folder = await mkdtemp(join(tmpdir(), 'callviews-ledger-'));
    const ledgerFile = join(folder, 'ledger.ndjson');
    const env = {
      MONGODB_URI: world.uri,
      MONGODB_DATABASE: world.database,
      ELEVENLABS_WEBHOOK_SECRET: SECRETS.elevenlabs,
      STANDARD_WEBHOOK_SECRET: SECRETS.standard,
    };
    const begin = async (): Promise<{ both: RunningProcess[]; port: number }> => {
      const both = [startProcess({ name: 'ingest', env }), startProcess({ name: 'projector', env })] as const;
      const { port } = await both[0].said('listening');
      await both[1].said('ready');
      return { both: [...both], port: Number(port) };
    };
    let present = await begin();
    const everyone = [...present.both];
    // What stands before ingest in production: new connections go to the new process.
    await using front = await openProxy(present.port);
    const url = `http://127.0.0.1:${front.port}`;
    const name = world.database.replace(/[^a-z0-9]/g, '');
    const plan = { url, secrets: SECRETS, ledgerFile, name, ratePerSecond: RATE_PER_SECOND, connections: 64 };
    const sending = await startSending(plan);
    const drainsMs: number[] = [];
    try {
      for (let round = 0; round < rounds; round += 1) {
        await sleep(500);
        const next = await begin();
        everyone.push(...next.both);
        front.aim(next.port);
        const beganMs = Date.now();
        for (const old of present.both) old.child.kill('SIGTERM');
        for (const old of present.both) expect(await old.ended).toEqual({ code: 0, signal: null });
        drainsMs.push(Date.now() - beganMs);
        present = next;
      }
      await sending.stop(PATIENCE_MS);
      const { faults, unanswered, counts } = await checkLedger(world.db, ledgerFile);
      expect([faults, unanswered]).toEqual([NO_FAULTS, []]);
      // A kept connection may meet the end of the old process as it is used again: 0, sent again; never a refusal.
      expect(Object.keys(counts.statuses).filter((status) => status !== '200' && status !== '0')).toEqual([]);
      // That end comes before the call is taken in: whatever was stored, its sender was told so, and not only that it is known already.
      expect(onlyKnown(sending.answers)).toEqual([]);
      await waitUntilCaughtUp(world.db, PATIENCE_MS);
      expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
      publish('deployed under load', { rows: [40], rounds }, { drainsMs: spread(drainsMs), ...counts });
    } finally {
      for (const one of everyone) await one[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    }
  },
  60_000 + 20_000 * roundsOf(DEPLOYS),
);

/** Calls of which nobody was told that they are stored: the answer was lost with the process that gave it. */
function onlyKnown(answers: Sending['answers']): string[] {
  const told = new Set(
    answers.filter(({ fate }) => fate !== null && fate !== 'duplicate').map(({ answer }) => answer),
  );
  return answers
    .filter(({ fate, answer }) => fate === 'duplicate' && !told.has(answer))
    .map(({ answer }) => answer);
}
