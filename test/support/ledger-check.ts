/** Check A: what a sender's ledger says was answered 200 is in the log or in quarantine exactly once, and nothing else is there. */
import { createHash } from 'node:crypto';
import type { Binary, Db } from 'mongodb';
import { readLedger } from './ledger.ts';
import { LEDGER_ID } from './ledger-sender.ts';

/** What the check found; every list of ids is to be empty. */
export type LedgerCheck = {
  faults: {
    /** Answered 200 and nowhere. */
    lost: string[];
    /** There more than once, in one collection or over both. */
    doubled: string[];
    /** There and never sent. */
    strangers: string[];
    /** There with other bytes than those sent. */
    altered: string[];
    /** Answered with a position under which something else stands. */
    misplaced: string[];
    /** Refused by 503 without saying when to come again. */
    unadvised: string[];
  };
  /** There although no request was answered 200: what a resend would find as a duplicate. */
  unanswered: string[];
  counts: {
    sent: number;
    attempts: number;
    acknowledged: number;
    events: number;
    quarantined: number;
    duplicates: number;
    /** Answers by status; 0 where there was none. */
    statuses: Record<string, number>;
  };
};

type Held = { _id: Binary | string; body: Binary };
type Place = { position: string | null; sha256: string };

/**
 * Compares a ledger with the database.
 * @param db where ingest wrote
 * @param ledgerFile the ledger, read from the disk
 */
export async function checkLedger(db: Db, ledgerFile: string): Promise<LedgerCheck> {
  const { sends, answers } = await readLedger(ledgerFile);
  const hashOf = new Map(sends.map(({ send, sha256 }) => [send, sha256]));
  const acknowledged = new Set(answers.filter(({ status }) => status === 200).map(({ answer }) => answer));
  const places = new Map<string, Place[]>();
  const held = { events: 0, quarantine: 0 };
  for (const name of ['events', 'quarantine'] as const) {
    for await (const one of db.collection<Held>(name).find({}, { readConcern: { level: 'majority' } })) {
      held[name] += 1;
      const body = Buffer.from(one.body.buffer);
      const id = body.toString('utf8').match(LEDGER_ID)?.[0] ?? `unknown ${String(one._id)}`;
      const position = typeof one._id === 'string' ? null : Buffer.from(one._id.buffer).toString('base64url');
      const sha256 = createHash('sha256').update(body).digest('hex');
      places.set(id, [...(places.get(id) ?? []), { position, sha256 }]);
    }
  }
  const there = [...places];
  const placed = answers.filter(({ status, position }) => status === 200 && position !== null);
  const statuses: Record<string, number> = {};
  for (const { status } of answers) statuses[status] = (statuses[status] ?? 0) + 1;
  return {
    faults: {
      lost: [...acknowledged].filter((id) => !places.has(id)),
      doubled: there.filter(([, found]) => found.length > 1).map(([id]) => id),
      strangers: there.filter(([id]) => !hashOf.has(id)).map(([id]) => id),
      altered: there
        .filter(([id, found]) => found.some(({ sha256 }) => sha256 !== hashOf.get(id)))
        .map(([id]) => id),
      misplaced: placed
        .filter(({ answer, position }) => !places.get(answer)?.some((one) => one.position === position))
        .map(({ answer }) => answer),
      unadvised: answers
        .filter(({ status, retryAfterMs }) => status === 503 && retryAfterMs === 0)
        .map(({ answer }) => answer),
    },
    unanswered: there.map(([id]) => id).filter((id) => hashOf.has(id) && !acknowledged.has(id)),
    counts: {
      sent: hashOf.size,
      attempts: sends.length,
      acknowledged: acknowledged.size,
      events: held.events,
      quarantined: held.quarantine,
      duplicates: answers.filter(({ fate }) => fate === 'duplicate').length,
      statuses,
    },
  };
}

/** The faults of a right outcome. */
export const NO_FAULTS: LedgerCheck['faults'] = {
  lost: [],
  doubled: [],
  strangers: [],
  altered: [],
  misplaced: [],
  unadvised: [],
};
