/** Rounds of churn under a mirror: the log grows, and the api is killed, the projector is killed, or the client's network is cut. */
import { expect } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCampaignWrites } from '../../api/repositories/campaign-write.repository.ts';
import { waitUntilCaughtUp } from '../support/caught-up.ts';
import { startProcess, type RunningProcess } from '../support/processes.ts';
import { openWorld, type World } from '../support/world.ts';
import { expireLeases, startLogLoad, startProjector } from './log-load.ts';
import { openMirror, untilSame, type Mirror } from './mirror.ts';
import { FLOWING, openProxy, type Proxy } from './proxy.ts';

/** What breaks in a round. */
export const CHURNS = ['network', 'api', 'projector'] as const;
/** One of {@link CHURNS}. */
export type Churn = (typeof CHURNS)[number];

/** Everything that a round needs; disposing it ends all of it. */
export type Churned = AsyncDisposable & {
  /**
   * One round: load and fault for so long, then silence; the mirror must show what GET answers within 5 s.
   * @returns how long that took
   */
  round(churn: Churn, forMs: number): Promise<number>;
  mirror: Mirror;
};

const SAME_WITHIN_MS = 5_000;
const PATIENCE_MS = 30_000;

/**
 * Starts projector, api and a mirror that reaches the api through a proxy.
 * @param seed of the histories
 */
export async function openChurned(seed: number): Promise<Churned> {
  const releases: AsyncDisposable[] = [];
  const use = <T extends AsyncDisposable>(one: T): T => {
    releases.unshift(one);
    return one;
  };
  const world = use(await openWorld());
  let projector = use(startProjector(world));
  let api = use(startApi(world, '0'));
  await projector.said('lease taken');
  const { port } = await api.said('listening');
  const proxy = use(await openProxy(Number(port)));
  const writes = createCampaignWrites(world.db);
  const { _id: campaignId } = await writes.create({ name: 'Mirrored', key: 'k1' });
  const http = `http://127.0.0.1:${String(port)}`;
  const mirror = openMirror({ socket: `http://127.0.0.1:${proxy.port}`, http }, campaignId);
  while (!mirror.isWhole()) await sleep(20);
  let rounds = 0;

  const faults: Record<Churn, (forMs: number) => Promise<void>> = {
    async network(forMs) {
      await cut(proxy, forMs);
    },
    async api(forMs) {
      await api[Symbol.asyncDispose]();
      await sleep(forMs / 2);
      api = use(startApi(world, String(port)));
      await api.said('listening');
      await sleep(forMs / 2);
    },
    async projector(forMs) {
      await projector[Symbol.asyncDispose]();
      await expireLeases(world);
      projector = use(startProjector(world));
      await projector.said('lease taken');
      await sleep(forMs);
    },
  };
  return {
    mirror,
    async round(churn, forMs) {
      rounds += 1;
      const load = startLogLoad(world, seed + rounds);
      await sleep(forMs / 2);
      // A campaign that is changed while nobody can be told of it.
      const [changed] = await Promise.all([
        writes.change(campaignId, rounds, { name: `Mirrored ${rounds}` }),
        faults[churn](forMs),
      ]);
      expect(changed.revision).toBe(rounds + 1);
      await load.stop();
      await waitUntilCaughtUp(world.db, PATIENCE_MS);
      const tookMs = await untilSame(mirror, SAME_WITHIN_MS);
      expect(mirror.wentBack).toEqual([]);
      return tookMs;
    },
    async [Symbol.asyncDispose]() {
      mirror.close();
      for (const one of releases) await one[Symbol.asyncDispose]();
    },
  };
}

function startApi(world: World, port: string): RunningProcess {
  const env = { MONGODB_URI: world.uri, MONGODB_DATABASE: world.database, API_PORT: port };
  return startProcess({ name: 'api', env });
}

/** Silent, then reset, so that both ways of losing a connection are there. */
async function cut(proxy: Proxy, forMs: number): Promise<void> {
  proxy.hold({ up: true, down: true });
  await sleep(forMs / 2);
  proxy.reset();
  await sleep(forMs / 2);
  proxy.hold(FLOWING);
  proxy.reset();
}
