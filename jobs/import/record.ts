/** How far the import of a file is, kept while it is under way, so that the same command goes on where a killed one was. */
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Collection } from 'mongodb';

/** What came of lines so far: new events, events known already, lines that could not be imported. */
export type Tally = { stored: number; known: number; failed: number };

/** One document of `imports`: `_id` names the file by its size, its change and its beginning. */
export type ImportRecord = Tally & { _id: string; file: string; bytes: number; lines: number; at: Date };

/** A file to be imported, and how far it was before; `size` in bytes. */
export type Started = { id: string; size: number; before: ImportRecord };

const HEAD_BYTES = 64 * 1024;

/**
 * Looks a file up.
 * @param imports the collection
 * @param path of the file
 * @param under the endpoint it is imported under; another one is another import
 * @returns null where it cannot be read
 */
export async function startRecord(
  imports: Collection<ImportRecord>,
  path: string,
  under: string,
): Promise<Started | null> {
  const file = await open(path).catch(() => null);
  if (file === null) return null;
  try {
    const stats = await file.stat();
    if (!stats.isFile()) return null;
    const { size, mtimeMs } = stats;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const id = createHash('sha256')
      .update(JSON.stringify([under, size, mtimeMs]))
      .update(buffer.subarray(0, bytesRead))
      .digest('hex');
    const fresh = {
      _id: id,
      file: basename(path).slice(0, 200),
      bytes: 0,
      lines: 0,
      stored: 0,
      known: 0,
      failed: 0,
      at: new Date(),
    };
    return { id, size, before: (await imports.findOne({ _id: id })) ?? fresh };
  } finally {
    await file.close();
  }
}

/** Notes how far the import is; everything up to there is in the log. */
export async function noteRecord(imports: Collection<ImportRecord>, record: ImportRecord): Promise<void> {
  await imports.replaceOne({ _id: record._id }, { ...record, at: new Date() }, { upsert: true });
}

/** Forgets an import that came to its end: the same command then reads the whole file again, and finds what it knows. */
export async function endRecord(imports: Collection<ImportRecord>, id: string): Promise<void> {
  await imports.deleteOne({ _id: id });
}
