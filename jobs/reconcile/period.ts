/** From when to when calls are looked at: as asked for, or from a day before the last run that ended well. Pure. */

/** Instants of call starts: `since` included, `until` not. */
export type Period = { since: Date; until: Date };

const HOUR_MS = 3_600_000;
/** Analysis may be run again long after a call, and webhooks come up to 41 minutes late: a day covers both with ease. */
const OVERLAP_MS = 24 * HOUR_MS;
const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: HOUR_MS, d: 24 * HOUR_MS };

/**
 * Reads an instant as a person gives it.
 * @param words a length back from now such as `90m`, `24h`, `7d`, or an ISO instant
 * @returns null for anything else
 */
export function instantOf(words: string, now: Date): Date | null {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(words) ?? [];
  if (count !== undefined && unit !== undefined)
    return new Date(now.getTime() - Number(count) * (UNIT_MS[unit] ?? 0));
  if (!/^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:?\d\d))?$/.test(words)) return null;
  const at = new Date(words);
  return Number.isNaN(at.getTime()) ? null : at;
}

/**
 * The period of a run by the clock: it overlaps the last one that ended well, however long ago that was.
 * @param lastSuccessAt null where none ended well yet
 */
export function overlapping(lastSuccessAt: Date | null, now: Date): Period {
  const from = Math.min(lastSuccessAt?.getTime() ?? now.getTime(), now.getTime());
  return { since: new Date(from - OVERLAP_MS), until: now };
}
