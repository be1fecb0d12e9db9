/** From which sequence a client has to be told again after a break: what is seen in a join counts once the join has succeeded. Pure. */

/** The replay point of one client. */
export type ReplayPoint = {
  /** The sequence up to which everything on show is true; 0 where nobody knows. */
  from(): number;
  /** Something true at this sequence came. */
  seen(sequence: number): void;
  /** A join begins. @returns its number */
  begin(): number;
  /** Whether a join goes on: it was neither broken off nor overtaken. */
  isUnderWay(attempt: number): boolean;
  /** The join that is under way has succeeded. @returns `reload` where no replay told what changed before it, as in the first of all */
  succeeded(): 'whole' | 'reload';
  /** The connection is gone. */
  broke(): void;
  /** All is loaded again: what was seen is of no account. */
  forget(): void;
};

/**
 * Starts where nothing was seen.
 * @returns the replay point
 */
export function createReplayPoint(): ReplayPoint {
  let from = 0;
  let greatest = 0;
  let attempts = 0;
  let isJoined = false;
  return {
    from: () => from,
    seen(sequence) {
      greatest = Math.max(greatest, sequence);
      // Within a join, one room is at this sequence and another not yet.
      if (isJoined) from = greatest;
    },
    begin() {
      isJoined = false;
      return (attempts += 1);
    },
    isUnderWay: (attempt) => attempt === attempts,
    succeeded() {
      const told = from === 0 ? 'reload' : 'whole';
      isJoined = true;
      from = greatest;
      return told;
    },
    broke() {
      attempts += 1;
      isJoined = false;
    },
    forget() {
      from = greatest = 0;
    },
  };
}
