/**
 * The runbook's upgrade on the data of the commit before: its processes, built from the history, are replaced one by one under load by
 * those of today. `UPGRADE_FROM` names another commit to come from.
 */
import { expect, test } from '@jest/globals';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
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
import { publish } from '../rounds.ts';

const FROM = process.env.UPGRADE_FROM ?? 'HEAD~1';
const RATE_PER_SECOND = 40;
/** Calls that are sent before the upgrade begins, and between two of its steps. */
const CALLS = { before: 150, between: 30 };
const CONNECTIONS = 16;
const PATIENCE_MS = 60_000;

const commit = commitOf(FROM);
const upgrading = commit === null ? test.skip : test;

upgrading(
  `from ${FROM}: ingest never refuses, nothing is lost, and the views are exact${commit === null ? ' (skipped: no such commit here)' : ''}`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'callviews-upgrade-'));
    const before = checkedOut(String(commit), join(folder, 'before'));
    const ledgerFile = join(folder, 'ledger.ndjson');
    await using world = await openWorld();
    // What is there is to be of the commit before alone.
    await world.db.dropDatabase();
    const env = {
      MONGODB_URI: world.uri,
      MONGODB_DATABASE: world.database,
      ELEVENLABS_WEBHOOK_SECRET: SECRETS.elevenlabs,
      STANDARD_WEBHOOK_SECRET: SECRETS.standard,
    };
    const everyone: RunningProcess[] = [];
    const begin = async (name: RunningName, root: string): Promise<{ one: RunningProcess; port: number }> => {
      const one = startProcess({ name, env, root });
      everyone.push(one);
      const line = await one.said(SAYS[name]);
      return { one, port: Number(line.port) };
    };
    prepare(before, env);
    const old = {
      ...{ projector: await begin('projector', before), api: await begin('api', before) },
      ...{
        jobs: await begin('jobs', before),
        ingests: [await begin('ingest', before), await begin('ingest', before)],
      },
    };
    await using front = await openProxy(old.ingests[0]?.port ?? 0);
    const name = world.database.replace(/[^a-z0-9]/g, '');
    const sending = await startSending({
      ...{ url: `http://127.0.0.1:${front.port}`, secrets: SECRETS, ledgerFile, name },
      ...{ ratePerSecond: RATE_PER_SECOND, connections: CONNECTIONS },
    });
    try {
      await answered(sending, CALLS.before);
      prepare('.', env);
      const replaced: RunningProcess[] = [];
      const replace = async ({ one }: { one: RunningProcess }): Promise<void> => {
        one.child.kill('SIGTERM');
        expect(await one.ended).toEqual({ code: 0, signal: null });
        replaced.push(one);
        await answered(sending, CALLS.between);
      };
      // One ingest answers while the other is replaced.
      for (const [index, one] of old.ingests.entries()) {
        front.aim(old.ingests[index + 1]?.port ?? (await begin('ingest', '.')).port);
        await replace(one);
      }
      for (const one of ['projector', 'api', 'jobs'] as const) {
        await begin(one, '.');
        await replace(old[one]);
      }
      await sending.stop(PATIENCE_MS);
      const { faults, unanswered, counts } = await checkLedger(world.db, ledgerFile);
      expect([faults, unanswered]).toEqual([NO_FAULTS, []]);
      // A kept connection may meet the end of the old process as it is used again, and is sent again: once for each, never a refusal.
      const { '200': ok = 0, '0': cut = 0, ...refused } = counts.statuses;
      expect([ok > 0, refused]).toEqual([true, {}]);
      expect(cut).toBeLessThanOrEqual(CONNECTIONS * old.ingests.length);
      await waitUntilCaughtUp(world.db, PATIENCE_MS);
      expect(await storedViews(world.db)).toBe(await expectedViews(world.db));
      expect(await world.db.collection('parked').countDocuments()).toBe(0);
      for (const one of everyone) expect(one.child.exitCode).toBe(replaced.includes(one) ? 0 : null);
      publish(`upgraded from ${String(commit)}`, { rows: [40], rounds: 1 }, counts);
    } finally {
      for (const one of everyone) await one[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    }
  },
  300_000,
);

type RunningName = 'ingest' | 'projector' | 'api' | 'jobs';
/** What each says once it does its work. A projector beside a leader stands by. */
const SAYS: Readonly<Record<RunningName, string>> = {
  ...{ ingest: 'listening', projector: 'ready', api: 'listening', jobs: 'ready' },
};

function commitOf(name: string): string | null {
  const { status, stdout } = spawnSync('git', ['rev-parse', '--short', '--verify', '-q', `${name}^{commit}`]);
  return status === 0 ? stdout.toString().trim() : null;
}

/** The tree of a commit, with the packages of today. */
function checkedOut(of: string, folder: string): string {
  const tar = execFileSync('git', ['archive', '--format=tar', `--prefix=before/`, of], { maxBuffer: 1e9 });
  execFileSync('tar', ['-x', '-C', join(folder, '..')], { input: tar });
  symlinkSync(realpathSync('node_modules'), join(folder, 'node_modules'));
  return folder;
}

function prepare(root: string, env: Record<string, string>): void {
  const { PATH = '', HOME = '' } = process.env;
  const args = ['--import', 'tsx', 'jobs/main.ts', 'job', 'prepare-database'];
  execFileSync(process.execPath, args, { cwd: root, env: { PATH, HOME, ...env }, stdio: 'pipe' });
}

async function answered(sending: Sending, more: number): Promise<void> {
  const wanted = sending.answers.length + more;
  for (const beganMs = Date.now(); sending.answers.length < wanted;) {
    if (Date.now() - beganMs > PATIENCE_MS) throw new Error('stalled: calls are not answered');
    await sleep(50);
  }
}
