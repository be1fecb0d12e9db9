/** Judges refused requests anew by the secrets of today's settings, and counts the verdicts an endpoint. */
import { takeUp, type RejectedDelivery, type Senders, type TakenUp } from '../../ingest/contract.ts';
import { tableOf } from '../table.ts';

/**
 * What is known of a refused request today. `signed`: its signature is right. `stale`: right, and too old when it came. `cut`:
 * its body was not kept whole, so nothing can be said. `unconfigured`: its endpoint is gone or has no secret.
 */
export type Judged =
  | { verdict: 'signed' | 'stale'; taken: TakenUp; secretId: string | null }
  | { verdict: 'wrong' | 'cut' | 'unconfigured' };

/**
 * Judges one. The clock is its own arrival.
 * @param senders of today's settings
 * @param one the request
 */
export function judge(senders: Senders, one: RejectedDelivery): Judged {
  const taken = takeUp(senders, one);
  if (taken === null || taken.endpoint.secrets.length === 0) return { verdict: 'unconfigured' };
  if (one.keptBytes < one.bodyBytes) return { verdict: 'cut' };
  if (taken.verdict.ok) return { verdict: 'signed', taken, secretId: taken.verdict.secretId };
  return taken.verdict.cause === 'stale' ? { verdict: 'stale', taken, secretId: null } : { verdict: 'wrong' };
}

type Counts = { [V in Judged['verdict']]: number } & { secrets: Map<string, number> };

/** Counts of verdicts by endpoint. */
export type Verdicts = {
  count(one: RejectedDelivery, judged: Judged): void;
  total(verdict: Judged['verdict']): number;
  /** A table, one line an endpoint; secrets are told by their ids. */
  lines(): string[];
};

/** Begins to count. */
export function createVerdicts(): Verdicts {
  const byEndpoint = new Map<string, Counts>();
  return {
    count: ({ provider, endpoint }, judged) => {
      const name = `${provider}/${endpoint}`;
      const none = {
        signed: 0,
        stale: 0,
        wrong: 0,
        cut: 0,
        unconfigured: 0,
        secrets: new Map<string, number>(),
      };
      const counts = byEndpoint.get(name) ?? none;
      byEndpoint.set(name, counts);
      counts[judged.verdict] += 1;
      if (!('secretId' in judged) || judged.secretId === null) return;
      counts.secrets.set(judged.secretId, (counts.secrets.get(judged.secretId) ?? 0) + 1);
    },
    total: (verdict) => [...byEndpoint.values()].reduce((sum, counts) => sum + counts[verdict], 0),
    lines: () =>
      tableOf(
        ['from', 'would verify', 'by secret', 'too old', 'still wrong', 'cut', 'not configured'],
        [...byEndpoint].sort().map(([name, { signed, secrets, stale, wrong, cut, unconfigured }]) => {
          const bySecret = [...secrets].sort().map(([id, count]) => `${id}: ${count}`);
          return [name, signed, bySecret.join(', ') || '-', stale, wrong, cut, unconfigured];
        }),
      ),
  };
}
