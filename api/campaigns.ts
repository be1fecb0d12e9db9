/** What a campaign may become, and what a list of target numbers may hold. Pure. */
import { Refusal } from './refusal.ts';
import type { StoredCampaign } from './schema.ts';

type Status = StoredCampaign['status'];

/** The acts on a campaign: from which states, to which. */
export const ACTIONS = {
  start: { from: ['draft', 'scheduled'], to: 'running' },
  pause: { from: ['running'], to: 'paused' },
  resume: { from: ['paused'], to: 'running' },
  complete: { from: ['running', 'paused'], to: 'completed' },
  cancel: { from: ['draft', 'scheduled', 'running', 'paused'], to: 'canceled' },
} as const satisfies Record<string, { from: readonly Status[]; to: Status }>;
/** One of {@link ACTIONS}. */
export type Action = keyof typeof ACTIONS;

/**
 * The state that an act leads to.
 * @param status the present one
 * @param action what is done
 * @returns the next state
 * @throws Refusal of 409 where the act is not for this state
 */
export function statusAfter(status: Status, action: Action): Status {
  const { from, to } = ACTIONS[action];
  if (from.some((one) => one === status)) return to;
  throw new Refusal(`A ${status} campaign cannot ${action}: that is for ${from.join(', ')}`, 409);
}

/**
 * Whether a campaign has ended, after which nothing of it is changed.
 * @param status its state
 * @returns true for completed and canceled
 */
export function isOver(status: Status): boolean {
  return status === 'completed' || status === 'canceled';
}

/**
 * The revision that a write is based on.
 * @param ifMatch the header as sent
 * @returns the revision
 * @throws Refusal where there is none
 */
export function revisionAsked(ifMatch: string | undefined): number {
  const [, digits] = /^(?:W\/)?"?(\d{1,15})"?$/.exec(ifMatch?.trim() ?? '') ?? [];
  if (digits !== undefined) return Number(digits);
  throw new Refusal('Send If-Match with the revision that you have seen, such as If-Match: "3"');
}

/** The most targets of one campaign. */
export const MOST_TARGETS = 100_000;
/** The lines that are named where numbers are wrong. */
const MOST_NAMED = 10;
/** Country code and number, 15 digits at most (E.164); shorter than 8 is no subscriber anywhere. */
const E164 = /^\+[1-9]\d{7,14}$/;
/** Names of the column, where there is a header. */
const HEADERS = new Set(['number', 'phone', 'phonenumber', 'phone_number', 'tonumber', 'to_number', 'to']);

/** The most lines of a file, be there nothing in them: as many as a spreadsheet has. Each takes its time of everybody's. */
const MOST_LINES = 1_100_000;
/** A number with what an export has beside it. */
const LONGEST_LINE = 10_000;

/**
 * Reads target numbers from CSV: of the column that a header names, else of the first.
 * @param text of the file
 * @returns each number once, and how many were there more than once
 * @throws Refusal that names the first lines at fault
 */
export function targetsIn(text: string): { numbers: string[]; duplicates: number } {
  const numbers = new Set<string>();
  const wrongAt: number[] = [];
  let column: number | null = null;
  let rows = 0;
  let lines = 0;
  for (const { 0: line, index } of text.matchAll(/[^\r\n\uFEFF][^\r\n]*/g)) {
    lines += 1;
    if (rows > MOST_TARGETS || lines > MOST_LINES)
      throw new Refusal(`The file holds more than ${MOST_TARGETS} numbers`);
    if (!/[^,;\t"\s]/.test(line)) continue;
    const isLong = line.length > LONGEST_LINE;
    if (column === null) {
      const named = isLong ? -1 : headerIn(line);
      column = Math.max(0, named);
      if (named !== -1) continue;
    }
    rows += 1;
    const number = isLong ? '' : cellAt(line, column).replace(/[ ().\u00A0-]/g, '');
    if (E164.test(number)) numbers.add(number);
    else wrongAt.push(index);
  }
  if (rows === 0) throw new Refusal('The file holds no numbers');
  if (rows > MOST_TARGETS) throw new Refusal(`The file holds more than ${MOST_TARGETS} numbers`);
  if (wrongAt.length === 0) return { numbers: [...numbers], duplicates: rows - numbers.size };
  // Lines, not what stands there: a number in an answer may end in a log.
  const named = wrongAt.slice(0, MOST_NAMED).map((index) => lineOf(text, index));
  throw new Refusal(
    `${wrongAt.length} of ${rows} numbers are not in E.164 form (+, country code, number, such as +4930123456): lines ${named.join(', ')}`,
  );
}

/** The number of the line that an offset lies in. */
function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split(/\r\n|\n|\r/).length;
}

/** Which column a line names as that of the numbers; -1 for none. */
function headerIn(line: string): number {
  return [...line.matchAll(CELL)].findIndex((match) => HEADERS.has(textOf(match).toLowerCase()));
}

function cellAt(line: string, column: number): string {
  let at = 0;
  for (const match of line.matchAll(CELL)) if (at++ === column) return textOf(match);
  return '';
}

/** One cell; none of ours holds a line break. */
const CELL = /(?:^|[,;\t])(?:"((?:[^"]|"")*)"|([^,;\t]*))/g;

function textOf([, quoted, plain]: RegExpExecArray): string {
  return (quoted?.replaceAll('""', '"') ?? plain ?? '').trim();
}
