/** Whether what is stored has the shape its readers rely on: a row that has not is left out of an answer and named. Pure. */

/** How many rows an answer names; their number is exact all the same. */
const MOST_NAMED = 10;

/** Rows that an answer left out: how many, and the first of them by collection and id. */
export type LeftOut = { rows: number; names: string[] };

/** Fields of a bucket that are no cells. */
const NO_CELLS = new Set(['_id', 'q']);

/**
 * Whether a stored bucket can be counted.
 * @param stored a document of a view, without its quarters or with them
 * @returns true where its id and all its cells are such
 */
export function isBucket(stored: unknown): boolean {
  if (!isRecord(stored) || !isRecord(stored._id) || !isInstant(stored._id.at)) return false;
  const { q } = stored;
  return (
    areCells(stored) && (q === undefined || (isRecord(q) && Object.values(q).every((one) => areCells(one))))
  );
}

const TEXTS = ['fromNumber', 'toNumber', 'agentId', 'campaignId', 'direction', 'language', 'sentiment'];
const INSTANTS = ['startedAt', 'endedAt'];
const NUMBERS = ['durationMs', 'costCredits', 'costMicroUsd', 'sentimentScore'];

/**
 * Whether a stored call can be shown and counted. Fields that were not read are not missed.
 * @param stored a document of `calls` that is no mark of a joined one
 * @returns true where every field that is there is such
 */
export function isCall(stored: unknown): boolean {
  if (!isRecord(stored) || typeof stored.callId !== 'string') return false;
  const { parts, providers, connection, goal } = stored;
  return (
    TEXTS.every((name) => isNothing(stored[name]) || typeof stored[name] === 'string') &&
    INSTANTS.every((name) => isNothing(stored[name]) || isInstant(stored[name])) &&
    NUMBERS.every((name) => isNothing(stored[name]) || Number.isFinite(stored[name])) &&
    [connection, goal].every((word) => word === undefined || typeof word === 'string') &&
    (providers === undefined ||
      (Array.isArray(providers) && providers.every((one) => typeof one === 'string'))) &&
    (parts === undefined || (Array.isArray(parts) && parts.every(isPart)))
  );
}

/**
 * Keeps what is well-formed.
 * @param rows as read from a collection
 * @param isWell tells them apart
 * @param leftOut where those that are not are added, under a name of at most 200 characters
 * @returns the others
 */
export function wellFormed<T extends { _id: unknown }>(
  rows: readonly T[],
  isWell: (row: unknown) => boolean,
  leftOut: { from: string; to: LeftOut },
): T[] {
  return rows.filter((row) => {
    if (isWell(row)) return true;
    nameLeftOut(leftOut.to, leftOut.from, row._id);
    return false;
  });
}

/**
 * Names a row that an answer leaves out.
 * @param to the rows left out so far
 * @param from its collection
 * @param id its `_id`
 */
export function nameLeftOut(to: LeftOut, from: string, id: unknown): void {
  to.rows += 1;
  if (to.names.length < MOST_NAMED) to.names.push(`${from} ${JSON.stringify(id)}`.slice(0, 200));
}

function isPart(part: unknown): boolean {
  return (
    isRecord(part) &&
    typeof part.id === 'string' &&
    isRecord(part.groups) &&
    Object.values(part.groups).every(isRegister)
  );
}

function isRegister(register: unknown): boolean {
  return isRecord(register) && typeof register.by === 'string' && register.value !== undefined;
}

function areCells(cells: unknown): boolean {
  if (!isRecord(cells)) return false;
  for (const name in cells) {
    const value = cells[name];
    if (NO_CELLS.has(name) || Number.isFinite(value)) continue;
    if (!isRecord(value) || !Object.values(value).every((n) => Number.isFinite(n))) return false;
  }
  return true;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isInstant(value: unknown): boolean {
  return value instanceof Date && !Number.isNaN(value.getTime());
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined;
}
