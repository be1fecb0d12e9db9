/** How fresh the page may say it is: one word, one sentence, from what is known of socket and server. Pure. */

/** State of the socket. */
export type Connection = 'connecting' | 'live' | 'reconnecting';
/** Whether what is on show is there: not yet, in vain, as last known, or as it is. */
export type Numbers = 'loading' | 'missing' | 'old' | 'shown';
/** What freshness is judged by; `behind` is what the server said of itself. */
export type FreshnessSigns = { connection: Connection; numbers: Numbers; behind: boolean };
/** Tone gives the mark's colour and shape; `lead` and `state` stand around the time: "as of 12:03:11 · live". */
export type Freshness = { tone: 'live' | 'waiting' | 'stale' | 'offline'; lead: string; state: string };

/**
 * Judges freshness; the worst sign wins.
 * @param signs what is known
 * @returns tone and words
 */
export function freshnessOf({ connection, numbers, behind }: FreshnessSigns): Freshness {
  if (connection === 'reconnecting') return { tone: 'offline', lead: 'last known', state: 'reconnecting' };
  if (numbers === 'missing') return { tone: 'offline', lead: 'last known', state: 'no numbers' };
  if (behind) return { tone: 'stale', lead: 'stale since', state: 'server is behind' };
  if (numbers === 'old') return { tone: 'stale', lead: 'stale since', state: 'not refreshed' };
  if (numbers === 'loading') return { tone: 'waiting', lead: 'as of', state: 'loading' };
  if (connection === 'connecting') return { tone: 'waiting', lead: 'as of', state: 'connecting' };
  return { tone: 'live', lead: 'as of', state: 'live' };
}
