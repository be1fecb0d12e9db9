/** Who did what: acts of administration, exports, and reads of what was said, each written down before it is answered. */
import { ObjectId, type Db } from 'mongodb';
import { whileThere } from './repositories/snapshot.ts';
import type { StoredAct } from './schema.ts';
import type { Viewer } from './scopes.ts';

/** What is written down: who, which act, on what; `details` never hold what was said, numbers or keys. */
export type Act = { act: StoredAct['act']; subject: string; details?: Record<string, string | number> };

/** The writing down. */
export type AuditLog = {
  /**
   * Writes an act down, durably.
   * @throws DatabaseAway where it cannot be: then it must not be done
   */
  note(viewer: Viewer, act: Act): Promise<void>;
};

/** The longest subject that is kept. */
const LONGEST_SUBJECT = 500;

/**
 * Makes the writing down.
 * @param db a prepared database
 * @returns it
 */
export function createAuditLog(db: Db): AuditLog {
  return {
    async note({ keyId, address }, { act, subject, details = {} }) {
      const stored: StoredAct = {
        _id: new ObjectId(),
        at: new Date(),
        keyId,
        address,
        act,
        subject: subject.slice(0, LONGEST_SUBJECT),
        details,
      };
      const options = { writeConcern: { w: 'majority', journal: true } } as const;
      await whileThere(() => db.collection<StoredAct>('audit_log').insertOne(stored, options));
    },
  };
}
