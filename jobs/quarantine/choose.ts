/** Which documents of quarantine a verb is about: by filters, or by ids as a person types them. */
import type { Collection, Filter } from 'mongodb';
import type { QuarantinedDelivery } from '../../ingest/contract.ts';
import { textOf } from '../option-words.ts';

/** The collection. */
export type Quarantined = Collection<QuarantinedDelivery>;

/** Digits of an id that a table shows: enough to name one document, and `show`, `retry` and `drop` take them. */
export const SHOWN_DIGITS = 12;
const PREFIX = /^[0-9a-f]{6,64}$/;

/**
 * The filter that options stand for.
 * @param options `provider`, `endpoint`, `reason` and `since` as read from the command line
 */
export function filterOf(options: Readonly<Record<string, unknown>>): Filter<QuarantinedDelivery> {
  const [provider, endpoint, reason] = ['provider', 'endpoint', 'reason'].map((name) =>
    textOf(options[name]),
  );
  return {
    ...(provider !== undefined && { provider }),
    ...(endpoint !== undefined && { endpoint }),
    ...(reason !== undefined && { $expr: { $eq: ['$reason', { $literal: reason }] } }),
    ...(options['since'] instanceof Date && { receivedAt: { $gte: options['since'] } }),
  };
}

/** Whole ids, or the texts that name none or more than one. */
export type Named = { ids: string[]; faults: string[] };

/**
 * Finds the documents that ids, or beginnings of ids, name.
 * @param quarantine the collection
 * @param words as typed, at least six hex digits each
 */
export async function idsNamed(quarantine: Quarantined, words: readonly string[]): Promise<Named> {
  const named: Named = { ids: [], faults: [] };
  for (const word of words) {
    // `g` comes after every hex digit.
    const found = PREFIX.test(word)
      ? await quarantine
          .find({ _id: { $gte: word, $lt: `${word}g` } }, { projection: { _id: 1 }, limit: 2 })
          .toArray()
      : [];
    const [one, another] = found;
    if (one === undefined) named.faults.push(`${word}: no such document in quarantine`);
    else if (another !== undefined) named.faults.push(`${word}: several begin so, give more digits`);
    else named.ids.push(one._id);
  }
  return named;
}
