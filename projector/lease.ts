/** Who may write the views: a lease on the server's clock, with an epoch that rises at each change of hands. */
import type { ClientSession, Db, MongoClient } from 'mongodb';
import type { Lease } from './documents.ts';

/** How long a lease holds without being renewed: a dead projector is replaced within it. */
export const LEASE_MS = 5_000;

/** What {@link acquire} needs to know of the one that asks: it will write with `session`, and with `others` beside it. */
export type Applicant = {
  client: MongoClient;
  db: Db;
  name: string;
  holder: string;
  session: ClientSession;
  others?: readonly ClientSession[];
};

/**
 * Takes the lease if nobody holds it, or its holder has not renewed it in time. On a change of hands the epoch rises and the
 * predecessor's session is killed: its open transaction would otherwise keep its write conflicts until the server ends it.
 * @param applicant who asks; `session` is the one it will write with
 * @returns the epoch to write under, or null while another holds the lease
 */
export async function acquire(applicant: Applicant): Promise<number | null> {
  const { db, name, holder, session } = applicant;
  const leases = db.collection<Lease>('leases');
  await leases
    .updateOne(
      { _id: name },
      { $setOnInsert: { holder: '', epoch: 0, expiresAt: new Date(0), session: null } },
      { upsert: true },
    )
    .catch((error: unknown) => {
      if (!isDuplicate(error)) throw error;
    });
  const before = await leases.findOneAndUpdate(
    { _id: name, $expr: { $or: [{ $lte: ['$expiresAt', '$$NOW'] }, { $eq: ['$holder', holder] }] } },
    [
      {
        $set: {
          epoch: { $cond: [{ $eq: ['$holder', holder] }, '$epoch', { $add: ['$epoch', 1] }] },
          holder,
          session: session.id?.id ?? null,
          others: { $literal: (applicant.others ?? []).flatMap((other) => other.id?.id ?? []) },
          expiresAt: { $add: ['$$NOW', LEASE_MS] },
        },
      },
    ],
    { returnDocument: 'before' },
  );
  if (before === null) return null;
  if (before.holder === holder) return before.epoch;
  await killSessions(applicant.client, before);
  return before.epoch + 1;
}

/**
 * Prolongs the lease.
 * @returns false where another has it by now: stop writing
 */
export async function renew({
  db,
  name,
  holder,
}: Pick<Applicant, 'db' | 'name' | 'holder'>): Promise<boolean> {
  const { matchedCount } = await db
    .collection<Lease>('leases')
    .updateOne({ _id: name, holder }, [{ $set: { expiresAt: { $add: ['$$NOW', LEASE_MS] } } }]);
  return matchedCount === 1;
}

/** Gives the lease up at once, so that a successor need not wait; the document and its epoch stay, the sessions are free. */
export async function release({
  db,
  name,
  holder,
}: Pick<Applicant, 'db' | 'name' | 'holder'>): Promise<void> {
  await db
    .collection<Lease>('leases')
    .updateOne({ _id: name, holder }, [{ $set: { expiresAt: '$$NOW', session: null, others: [] } }]);
}

/**
 * Ends what a dead holder has left open, where nobody takes its lease: a transaction outlives the connection it came by.
 * @param place where
 * @param name of the lease
 */
export async function endDead({ client, db }: Pick<Applicant, 'client' | 'db'>, name: string): Promise<void> {
  const dead = await db
    .collection<Lease>('leases')
    .findOne({ _id: name, session: { $ne: null }, $expr: { $lte: ['$expiresAt', '$$NOW'] } });
  if (dead !== null) await killSessions(client, dead);
}

async function killSessions(client: MongoClient, { session, others = [] }: Lease): Promise<void> {
  const ids = [...(session === null ? [] : [session]), ...others];
  if (ids.length > 0) await client.db('admin').command({ killSessions: ids.map((id) => ({ id })) });
}

function isDuplicate(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 11000;
}
