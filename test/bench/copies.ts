/** Many documents quickly: the server copies those that are there, each time with other ids and times. */
import type { Db, Document } from 'mongodb';

/**
 * Fills a collection with copies of what it holds.
 * @param db where it is
 * @param name which collection
 * @param plan `times`: how many times as much it holds then; `changed`: what is set in the copy of a number, from 1 on, as
 *   expressions on the copied document; `onCopy` is called after each
 */
export async function fillWithCopies(
  db: Db,
  name: string,
  { times, changed, onCopy }: { times: number; changed(copy: number): Document; onCopy?(copy: number): void },
): Promise<void> {
  const first = `${name}_first`;
  await db
    .collection(name)
    .aggregate([{ $out: first }])
    .toArray();
  for (let copy = 1; copy < times; copy += 1) {
    const put = { $merge: { into: name, whenMatched: 'fail' } };
    await db
      .collection(first)
      .aggregate([{ $set: changed(copy) }, put])
      .toArray();
    onCopy?.(copy);
  }
  await db.collection(first).drop();
}
