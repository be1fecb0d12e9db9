/** Signatures over raw bytes in constant time: every given value against every secret. Pure. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { ProviderSecret } from './provider.ts';

/** A key and the id of the secret it came from. */
export type Key = { id: string; key: Buffer };

/**
 * Looks for a secret that made one of the signatures. All pairs are compared, so the time tells nothing of which matched.
 * @param keys the endpoint's keys
 * @param signed the signed content, in pieces that are hashed one after the other
 * @param values the signatures as bytes
 * @returns id of the secret, or null
 */
export function matchingSecret(
  keys: readonly Key[],
  signed: readonly (string | Buffer)[],
  values: readonly Buffer[],
): string | null {
  const matcher = createMatcher(keys, values);
  for (const piece of signed) matcher.update(piece);
  return matcher.match();
}

/** Compares signatures with a content that comes in pieces. */
export type Matcher = { update: (piece: string | Buffer) => void; match: () => string | null };

/**
 * Begins to look for the secret that made one of the signatures, see {@link matchingSecret}.
 * @param keys the endpoint's keys
 * @param values the signatures as bytes
 */
export function createMatcher(keys: readonly Key[], values: readonly Buffer[]): Matcher {
  const hmacs = keys.map(({ id, key }) => ({ id, hmac: createHmac('sha256', key) }));
  return {
    update: (piece) => {
      for (const { hmac } of hmacs) hmac.update(piece);
    },
    match: () => {
      let found: string | null = null;
      for (const { id, hmac } of hmacs) {
        const expected = hmac.digest();
        for (const value of values) {
          if (value.length === expected.length && timingSafeEqual(value, expected)) found ??= id;
        }
      }
      return found;
    },
  };
}

/**
 * Looks for a secret that was sent as it is. Hashes are compared, so that neither content nor length shows in the time.
 * @returns id of the secret, or null
 */
export function equalSecret(secrets: readonly ProviderSecret[], given: string): string | null {
  const hash = (value: string) => createHash('sha256').update(value).digest();
  const sent = hash(given);
  return secrets.filter(({ value }) => timingSafeEqual(hash(value), sent))[0]?.id ?? null;
}

/** The secrets' own bytes as keys, where nothing is decoded. */
export function textKeys(secrets: readonly ProviderSecret[]): Key[] {
  return secrets.map(({ id, value }) => ({ id, key: Buffer.from(value, 'utf8') }));
}

/** A plain decimal number of seconds as ms; null for signs, fractions, exponents and blanks. */
export function signedSecondsMs(value: string | undefined): number | null {
  return value !== undefined && /^(0|[1-9]\d{0,11})$/.test(value) ? Number(value) * 1_000 : null;
}

/** A plain decimal number of milliseconds of this century; null for anything else. */
export function signedMilliseconds(value: string | undefined): number | null {
  return value !== undefined && /^[1-9]\d{11,12}$/.test(value) ? Number(value) : null;
}

/** How far a signed time may lie from ours. */
export type Tolerance = { oldMs: number; aheadMs: number };

/**
 * @param skewMs our clock minus the signed time
 * @returns whether the signed time lies outside the window
 */
export function isStale(skewMs: number, tolerance: Tolerance): boolean {
  return skewMs > tolerance.oldMs || -skewMs > tolerance.aheadMs;
}
