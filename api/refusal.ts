/** A request that cannot be answered as asked, with the sentence that says why: thrown where it is seen, shown by the funnel. */

/**
 * `message` is for the client and holds nothing internal; `status` is the HTTP status, `expose` the web framework's word for "may
 * be shown"; `headers` go with the answer.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly expose = true;
  readonly headers: Readonly<Record<string, string>>;
  constructor(message: string, status = 400, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** A fault of ours passes: the database is found again. */
const AFTER_A_FAULT_SECONDS = 2;

/**
 * When what was refused may be asked for again.
 * @param refused what was thrown
 * @returns seconds; null where waiting is of no use, as without a good key
 */
export function retryAfterSeconds(refused: unknown): number | null {
  if (!(refused instanceof Refusal)) return AFTER_A_FAULT_SECONDS;
  const seconds = refused.headers['Retry-After'];
  return seconds === undefined ? null : Number(seconds);
}

/** The longest piece of a request that is repeated in a sentence. */
const QUOTED_LENGTH = 60;

/**
 * Text from a request as a sentence may repeat it.
 * @param text as sent
 * @returns the text, cut where it is long
 */
export function quoted(text: string): string {
  return text.length > QUOTED_LENGTH ? `${text.slice(0, QUOTED_LENGTH)}…` : text;
}
