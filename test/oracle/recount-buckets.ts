/** The recount's last third: every call counted into every bucket it belongs to, one at a time, nothing taken back. */
import type { Call } from '../../projector/call.ts';

/** Buckets by name ({@link bucketName}), each with its cells by dotted path. */
export type Buckets = Map<string, Map<string, number>>;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/**
 * What a bucket is called in the oracle's text.
 * @param collection such as `duration_hourly`
 * @param id its `_id` as stored
 * @returns text, the same for equal ids
 */
export function bucketName(collection: string, id: { d: unknown; k: unknown; at: unknown }): string {
  return JSON.stringify([...collection.split('_'), id.d, id.k, id.at]);
}

/**
 * Counts calls.
 * @param calls all calls; those without a start belong to no bucket
 * @returns all buckets of the six collections
 */
export function recountBuckets(calls: readonly Call[]): Buckets {
  const buckets: Buckets = new Map();
  const count = (name: string, path: string, add: number): void => {
    const cells = buckets.get(name) ?? new Map<string, number>();
    buckets.set(name, cells.set(path, (cells.get(path) ?? 0) + add));
  };
  for (const call of calls) {
    if (call.startedAt === null) continue;
    const start = call.startedAt.toISOString();
    const quarter = Math.floor(call.startedAt.getUTCMinutes() / 15);
    for (const [view, cells] of Object.entries(cellsOf(call))) {
      for (const [d, k] of slicesOf(call)) {
        const hour = bucketName(`${view}_hourly`, { d, k, at: `${start.slice(0, 13)}:00:00.000Z` });
        const day = bucketName(`${view}_daily`, { d, k, at: `${start.slice(0, 10)}T00:00:00.000Z` });
        for (const [path, add] of Object.entries(cells)) {
          count(hour, path, add);
          count(hour, `q.${quarter}.${path}`, add);
          count(day, path, add);
        }
      }
    }
  }
  return buckets;
}

function slicesOf(call: Call): (readonly [string, string | null])[] {
  return [
    ['all', null],
    ['agent', call.agentId],
    ['campaign', call.campaignId],
    ...call.providers.map((provider) => ['provider', provider] as const),
    ['direction', call.direction],
    ['language', call.language],
  ];
}

function cellsOf(call: Call): Record<'duration' | 'outcome' | 'sentiment', Record<string, number>> {
  const isEnded = call.status === 'ended';
  const isAnswered = ['answered_human', 'answered_machine', 'answered_unknown'].includes(call.connection);
  const measuredMs = isEnded && isAnswered ? call.durationMs : null;
  return {
    duration: {
      calls: 1,
      answered: Number(isAnswered),
      costCredits: call.costCredits ?? 0,
      costMicroUsd: call.costMicroUsd ?? 0,
      ...(measuredMs !== null && { measured: 1, durationMs: measuredMs, [`bins.${binOf(measuredMs)}`]: 1 }),
    },
    outcome: {
      calls: 1,
      [`goal.${call.goal}`]: 1,
      [`connection.${call.connection}`]: 1,
      ...(isEnded && { ended: 1, endedAnswered: Number(isAnswered) }),
      ...(isEnded && { [`endedBy.${call.endedBy ?? 'unknown'}`]: 1 }),
    },
    sentiment: {
      calls: 1,
      [`label.${call.sentiment ?? 'unknown'}`]: 1,
      ...(call.sentimentSource !== null && { [`source.${call.sentimentSource}`]: 1 }),
      // In whole ten-thousandths: a sum of floats would depend on its order.
      ...(call.sentimentScore !== null && { scored: 1, scoreSum: Math.round(call.sentimentScore * 10_000) }),
    },
  };
}

/**
 * Bin 0 holds a length of 0; any other lies in bin i + 1 for the least i with length ≤ (101/99)^i, in whole numbers:
 * length × 99^i ≤ 101^i. Beyond a day all lie in the day's bin. No table: the logarithm only guesses where to begin.
 */
function binOf(durationMs: number): number {
  if (durationMs === 0) return 0;
  const lengthMs = Math.min(durationMs, DAY_MS);
  let i = BigInt(Math.max(0, Math.floor(Math.log(lengthMs) / Math.log(101 / 99)) - 2));
  while (BigInt(lengthMs) * 99n ** i > 101n ** i) i += 1n;
  return Number(i) + 1;
}
