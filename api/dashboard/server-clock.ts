/** The server's clock as far as it is known: running calls are timed by it, whatever the reader's computer says. */

/** A clock that can be set. */
export type ServerClock = { now(): number; set(serverMs: number | null): void };

/** A client's clock this near the server's is believed: the `Date` header itself has whole seconds. */
const SKEW_MS = 2000;

/**
 * Makes the clock; until it is set it is the reader's own.
 * @returns `now` in ms since 1970; `set` takes the server's time of an answer just received
 */
export function createServerClock(): ServerClock {
  let skewMs = 0;
  return {
    now: () => Date.now() + skewMs,
    set(serverMs) {
      if (serverMs === null) return;
      const difference = serverMs - Date.now();
      skewMs = Math.abs(difference) > SKEW_MS ? difference : 0;
    },
  };
}
