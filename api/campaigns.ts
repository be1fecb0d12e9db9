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

/**
 * Reads target numbers from CSV: of the column that a header names, else of the first.
 * @param text of the file
 * @returns each number once, and how many were there more than once
 * @throws Refusal that names the first lines at fault
 */
export function targetsIn(text: string): { numbers: string[]; duplicates: number } {
  const rows = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((line, index) => ({ line: index + 1, cells: cellsOf(line) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
  const header = rows[0]?.cells.findIndex((cell) => HEADERS.has(cell.toLowerCase())) ?? -1;
  const body = header === -1 ? rows : rows.slice(1);
  if (body.length === 0) throw new Refusal('The file holds no numbers');
  if (body.length > MOST_TARGETS) throw new Refusal(`The file holds more than ${MOST_TARGETS} numbers`);
  const wrong: number[] = [];
  const numbers = new Set<string>();
  for (const { line, cells } of body) {
    const number = (cells[Math.max(0, header)] ?? '').replace(/[ ().\u00A0-]/g, '');
    if (E164.test(number)) numbers.add(number);
    else wrong.push(line);
  }
  if (wrong.length === 0) return { numbers: [...numbers], duplicates: body.length - numbers.size };
  // Lines, not what stands there: a number in an answer may end in a log.
  const named = wrong.slice(0, MOST_NAMED).join(', ');
  throw new Refusal(
    `${wrong.length} of ${body.length} numbers are not in E.164 form (+, country code, number, such as +4930123456): lines ${named}`,
  );
}

/** The cells of a line; none of ours holds a line break. */
function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|[,;\t])(?:"((?:[^"]|"")*)"|([^,;\t]*))/g)].map(([, quoted, plain]) =>
    (quoted?.replaceAll('""', '"') ?? plain ?? '').trim(),
  );
}
