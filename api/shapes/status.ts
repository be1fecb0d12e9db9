/** How the system stands, as clients receive it. Pure. */
import { z } from 'zod';
import { COUNT, INSTANT, TEXT } from './common.ts';

const lagMs = z.number().min(0).nullable();

/** The fields of the status answer. */
export const STATUS = z.strictObject({
  log: z.strictObject({ lastReceivedAt: INSTANT.nullable(), factsVersion: COUNT.nullable() }),
  projector: z.strictObject({
    version: COUNT,
    epoch: COUNT.nullable(),
    reading: TEXT,
    sequence: COUNT,
    asOf: INSTANT.nullable(),
    behindMs: z.number().nullable(),
  }),
  text: z.strictObject({ reading: TEXT, asOf: INSTANT.nullable() }),
  views: z.array(
    z.strictObject({
      view: z.enum(['duration', 'outcome', 'sentiment']),
      window: z.enum(['hourly', 'daily']),
      buckets: COUNT,
    }),
  ),
  rules: z.strictObject({
    facts: COUNT.nullable(),
    sentiment: z.strictObject({ by: z.string(), version: COUNT }),
  }),
  lastAudit: z
    .strictObject({
      at: INSTANT,
      buckets: COUNT,
      drift: COUNT,
      hours: COUNT,
      runsLookedAt: COUNT,
      runsWithDrift: COUNT,
      lastDriftAt: INSTANT.nullable(),
    })
    .nullable(),
  quarantined: COUNT,
  parked: COUNT,
  rejected: COUNT,
  variantsOfDay: COUNT.nullable(),
  runwaySeconds: z.strictObject({ views: z.int().nullable(), text: z.int().nullable() }).nullable(),
  jobs: z.array(
    z.strictObject({
      name: z.string(),
      lastStartedAt: INSTANT.nullable(),
      lastSuccessAt: INSTANT.nullable(),
      isFailing: z.boolean(),
      runs: COUNT,
      failures: COUNT,
    }),
  ),
  reconciled: z.strictObject({ at: INSTANT.nullable(), report: TEXT }).nullable(),
  lagMs,
  followed: z.strictObject({ sequence: COUNT, lagMs, stale: z.boolean() }),
});
