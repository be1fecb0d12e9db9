/** What fired, as it is kept: written before anybody is told, so that a crash tells twice rather than never. */
import type { Collection } from 'mongodb';
import type { CollectionSchema } from '../../ops/process/schema.ts';

/** One rule that fired for one window. `follows`: the hour before fired too, nobody is told again. `told`: who has taken it. */
export type FiredAlert = {
  _id: string;
  rule: string;
  measure: string;
  slice: string;
  when: string;
  from: Date;
  to: Date;
  value: number | null;
  before: number | null;
  calls: string[];
  follows: boolean;
  told: string[];
  toldAt: Date | null;
};

const KEPT_SECONDS = 400 * 24 * 3_600;
const number = { bsonType: ['int', 'long', 'double', 'null'] };
const date = { bsonType: 'date' };
const words = { bsonType: 'array', items: { bsonType: 'string', maxLength: 500 } };

/** The collection. */
export const BUSINESS_ALERTS: CollectionSchema = {
  name: 'business_alerts',
  version: 1,
  validator: {
    bsonType: 'object',
    required: [
      '_id',
      'rule',
      'measure',
      'slice',
      'when',
      'from',
      'to',
      'value',
      'before',
      'calls',
      'follows',
      'told',
      'toldAt',
    ],
    additionalProperties: false,
    properties: {
      ...Object.fromEntries(
        ['_id', 'rule', 'measure', 'slice', 'when'].map((name) => [
          name,
          { bsonType: 'string', maxLength: 500 },
        ]),
      ),
      ...{ from: date, to: date, value: number, before: number, calls: words, told: words },
      follows: { bsonType: 'bool' },
      toldAt: { bsonType: ['date', 'null'] },
    },
  },
  indexes: [{ name: 'to', key: { to: 1 }, expireAfterSeconds: KEPT_SECONDS }],
};

/**
 * Keeps what fired, once.
 * @param fired the collection
 * @param alert what fired
 * @returns whether it is new
 */
export async function keepFired(fired: Collection<FiredAlert>, alert: FiredAlert): Promise<boolean> {
  const { upsertedCount } = await fired.updateOne(
    { _id: alert._id },
    { $setOnInsert: alert },
    { upsert: true },
  );
  return upsertedCount === 1;
}
