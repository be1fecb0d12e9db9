/** Keys of the API: made, listed and revoked here; of a key only its SHA-256 is kept, and the key itself is shown once. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { ObjectId, type Db } from 'mongodb';
import type { StoredApiKey } from './schema.ts';
import type { Scope } from './scopes.ts';

/** A key as an operator sees it: never the key, never its hash. */
export type ShownKey = {
  id: string;
  name: string;
  scopes: readonly Scope[];
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
};

/** 256 bits: nobody guesses them, so their hash needs no salt and no slowness. */
const SECRET_BYTES = 32;
/** Prefix, secret, and the checksum by which a mistyped key is told from an unknown one without asking the database. */
const SHAPE = /^cv_([A-Za-z0-9_-]{43})([A-Za-z0-9_-]{6})$/;
const CHECK_LENGTH = 6;

/**
 * Makes a key.
 * @param db a prepared database
 * @param plan what it is called, what it lets do, and until when
 * @returns the key, which is kept nowhere, and how it is listed
 */
export async function createApiKey(
  db: Db,
  plan: { name: string; scopes: readonly Scope[]; expiresAt?: Date | null },
): Promise<{ key: string; shown: ShownKey }> {
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  const key = `cv_${secret}${checkOf(secret)}`;
  const stored: StoredApiKey = {
    _id: new ObjectId(),
    sha256: hashOf(key),
    name: plan.name,
    scopes: [...plan.scopes],
    createdAt: new Date(),
    expiresAt: plan.expiresAt ?? null,
    revokedAt: null,
    lastUsedAt: null,
  };
  await keysIn(db).insertOne(stored, { writeConcern: { w: 'majority', journal: true } });
  return { key, shown: shownKey(stored) };
}

/**
 * Lists keys, revoked ones included.
 * @param db the database
 * @returns the oldest first
 */
export async function listApiKeys(db: Db): Promise<ShownKey[]> {
  const stored = await keysIn(db)
    .find({}, { projection: { sha256: 0 } })
    .sort({ createdAt: 1, _id: 1 })
    .toArray();
  return stored.map(shownKey);
}

/**
 * Revokes a key for ever; sockets that hold it are cut off within a minute.
 * @param db the database
 * @param id as listed
 * @returns false where there is no such key, or it was revoked before
 */
export async function revokeApiKey(db: Db, id: string): Promise<boolean> {
  if (!ObjectId.isValid(id)) return false;
  const filter = { _id: new ObjectId(id), revokedAt: null };
  const options = { writeConcern: { w: 'majority', journal: true } } as const;
  const { modifiedCount } = await keysIn(db).updateOne(filter, { $set: { revokedAt: new Date() } }, options);
  return modifiedCount === 1;
}

/**
 * Whether a text can be a key of ours.
 * @param text as sent
 * @returns true where shape and checksum are right
 */
export function isKeyShaped(text: string): boolean {
  const [, secret, check] = SHAPE.exec(text) ?? [];
  return secret !== undefined && check === checkOf(secret);
}

/**
 * The hash that is kept of a key.
 * @param key the key
 * @returns SHA-256 in hex
 */
export function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/**
 * Whether two hashes are the same, in a time that does not depend on where they differ.
 * @param a SHA-256 in hex
 * @param b another
 * @returns true where they are
 */
export function isSameHash(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, 'hex'), Buffer.from(b, 'hex')];
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * The collection of keys.
 * @param db the database
 * @returns the collection
 */
export function keysIn(db: Db) {
  return db.collection<StoredApiKey>('api_keys');
}

function checkOf(secret: string): string {
  return createHash('sha256').update(`callviews ${secret}`).digest('base64url').slice(0, CHECK_LENGTH);
}

function shownKey(stored: Omit<StoredApiKey, 'sha256'>): ShownKey {
  const { _id, name, scopes, createdAt, expiresAt, revokedAt, lastUsedAt } = stored;
  return { id: _id.toHexString(), name, scopes, createdAt, expiresAt, revokedAt, lastUsedAt };
}
