/** The plan: a realistic mix of calls from one seed, each with the truth about it, before any payload exists. */
import { catalogueOf, telephoneNumber, type Catalogue } from './catalogue.ts';
import type { CallPlan, PlannedCall, Scenario } from './planned.ts';
import { createRandom, type Random } from './random.ts';
import { SCENARIOS } from './scenarios.ts';
import { truthOf } from './truth.ts';

/** Of 100 calls so many come about in each way. */
const MIX: readonly (readonly [Scenario, number])[] = [
  ['elevenlabs', 35],
  ['joined', 30],
  ['twilio', 15],
  ['failure', 10],
  ['generic', 10],
];
/** Calls per hour of the day, as weights of 0..1: quiet nights, a dip at noon. */
const HOUR_WEIGHTS = [
  0.05, 0.04, 0.03, 0.03, 0.05, 0.1, 0.2, 0.4, 0.7, 0.95, 1, 0.95, 0.75, 0.8, 0.95, 1, 0.9, 0.7, 0.5, 0.4,
  0.3, 0.2, 0.12, 0.08,
];
const WEEKEND_WEIGHT = 0.35;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** No call starts later than this before the base instant, so that its last event lies before it too. */
const LAST_START_MS = 3 * HOUR_MS;

/**
 * Plans calls that all lie before one instant. The same request gives the same plan; more calls extend it.
 * @param request seed, number of calls, over how many days they are spread, and the instant they lead up to
 * @returns the ledger: one entry a call, in the order in which they were drawn
 */
export function planCalls(request: {
  seed: number;
  calls: number;
  days: number;
  baseAt: Date;
}): PlannedCall[] {
  const { seed, calls, days, baseAt } = request;
  const catalogue = catalogueOf(seed);
  return Array.from({ length: calls }, (_, index) => {
    const startedAt = startBefore(createRandom(seed, 'start', index), { days, baseAt });
    return planCall({ seed, index, startedAt, catalogue });
  });
}

/**
 * Plans one call at a given start. Everything but the instants depends on seed and index alone.
 * @param request seed and number of the call, its start (cut to whole seconds), and what all calls of the seed share
 * @returns the call with its truth once every event has arrived
 */
export function planCall(request: {
  seed: number;
  index: number;
  startedAt: Date;
  catalogue: Catalogue;
}): PlannedCall {
  const { seed, index, catalogue } = request;
  const random = createRandom(seed, 'call', index);
  const scenario = random.weighted(MIX);
  const scene = {
    random,
    agent: random.weighted(catalogue.agents),
    campaign: random.weighted(catalogue.campaigns),
    catalogue,
    companyNumber: random.pick(catalogue.companyNumbers),
    customerNumber: telephoneNumber(random),
    startedAt: new Date(Math.floor(request.startedAt.getTime() / 1000) * 1000),
  };
  const call: CallPlan = { index, scenario, ...SCENARIOS[scenario](scene) };
  const truth = truthOf(call, () => true);
  if (truth === null) throw new Error(`call ${index} of seed ${seed} has no events`);
  return { ...call, truth };
}

/** A start within the days before the base instant, drawn until the hour and the day of the week accept it. */
function startBefore(random: Random, { days, baseAt }: { days: number; baseAt: Date }): Date {
  const latestMs = baseAt.getTime() - LAST_START_MS;
  const spanMs = Math.max(days * DAY_MS - LAST_START_MS, HOUR_MS);
  for (;;) {
    const startedAt = new Date(latestMs - Math.floor(random.fraction() * spanMs));
    const weekend = startedAt.getUTCDay() === 0 || startedAt.getUTCDay() === 6;
    const weight = (HOUR_WEIGHTS[startedAt.getUTCHours()] ?? 0) * (weekend ? WEEKEND_WEIGHT : 1);
    if (random.chance(weight)) return startedAt;
  }
}
