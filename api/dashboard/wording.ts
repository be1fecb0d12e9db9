/** The words of the contract as people read them. Pure. */

const WORDS: Readonly<Record<string, string>> = {
  active: 'On the line',
  answered: 'Answered',
  answered_human: 'Answered',
  answered_machine: 'Machine',
  answered_unknown: 'Answered',
  busy: 'Busy',
  no_answer: 'No answer',
  canceled: 'Cancelled',
  rejected: 'Rejected',
  failed: 'Failed',
  in_progress: 'In progress',
  ringing: 'Ringing',
  queued: 'Queued',
  ended: 'Ended',
  success: 'Success',
  failure: 'Failure',
  positive: 'Positive',
  neutral: 'Neutral',
  mixed: 'Mixed',
  negative: 'Negative',
  inbound: 'Inbound',
  outbound: 'Outbound',
};

/**
 * The word for a value.
 * @param value a word of the contract, or null
 * @returns readable text; null for what is unknown; a word not known here with its underscores as spaces
 */
export function wordFor(value: string | null): string | null {
  if (value === null || value === 'unknown') return null;
  return namedIn(WORDS, value) ?? value.replaceAll('_', ' ');
}

/** How a call went, or, until it has ended, where it stands; null where nobody said. */
export function standingOf({ status, connection }: { status: string | null; connection: string | null }) {
  return wordFor(status === null || status === 'ended' ? connection : status);
}

/**
 * What a word of the server is called.
 * @param names by word
 * @param word one that may be of a newer server
 * @returns null where it has no name here; words such as `constructor` have none
 */
export function namedIn(names: Readonly<Partial<Record<string, string>>>, word: string): string | null {
  return Object.hasOwn(names, word) ? (names[word] ?? null) : null;
}
