/** Turns the base64 text of a recording into audio under its SHA-256: kept in GridFS where that is wanted, else only measured. */
import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import { GridFSBucket } from 'mongodb';
import type { Db } from 'mongodb';
import type { Held } from './hold.ts';
import type { AudioEntry } from './providers/provider.ts';

/** Base64 text in pieces, from the start each time it is asked for. */
export type Base64Text = () => Iterable<Buffer> | AsyncIterable<Buffer>;

/** Name of the GridFS bucket. */
export const AUDIO_BUCKET = 'audio';

/**
 * Measures a recording.
 * @param text its base64
 * @returns size and hash of the audio
 */
export async function measureAudio(text: Base64Text): Promise<AudioEntry> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of decoded(text)) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/**
 * Keeps a measured recording; resolves once it is durable. An upload may take longer than any answer of the database, so it
 * tells of each chunk that was acknowledged.
 */
export type StoreAudio = (text: Base64Text, entry: AudioEntry, held: Held) => Promise<void>;

/**
 * Builds the store. A file is found by its name, the SHA-256; it has an id of its own, so that an upload cut short by a crash
 * never stands in the way of the next one.
 * @param db the database
 */
export function createStoreAudio(db: Db): StoreAudio {
  const writeConcern = { w: 'majority', journal: true } as const;
  const bucket = new GridFSBucket(db, { bucketName: AUDIO_BUCKET, writeConcern });
  return async (text, { sha256 }, { beat, signal }) => {
    if (await bucket.find({ filename: sha256 }).hasNext()) return;
    const upload = bucket.openUploadStream(sha256);
    // Each write and the end tell of it too.
    upload.on('error', () => undefined);
    try {
      const chunk = upload.chunkSizeBytes;
      for await (const piece of decoded(text)) {
        // Only a full chunk goes to the database; with more at once nothing would be heard between.
        for (let from = 0; from < piece.length; from += chunk) {
          signal.throwIfAborted();
          const before = upload.length;
          await written(upload, piece.subarray(from, from + chunk));
          if (Math.floor(upload.length / chunk) > Math.floor(before / chunk)) beat();
        }
      }
      await ended(upload);
    } catch (error) {
      // What is left of it where the database is away is swept by a job.
      await upload.abort().catch(() => undefined);
      throw error;
    }
  };
}

function written(upload: Writable, piece: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    upload.write(piece, (error) => (error ? reject(error) : resolve()));
  });
}

function ended(upload: Writable): Promise<void> {
  return new Promise((resolve, reject) => {
    upload.end((error?: Error | null) => (error ? reject(error) : resolve()));
  });
}

const NOT_BASE64 = /[^A-Za-z0-9+/_-]+/g;

/** Four characters are three bytes; what is left of a piece waits for the next one. Anything else in the text is passed over. */
async function* decoded(text: Base64Text): AsyncGenerator<Buffer> {
  let rest = '';
  for await (const piece of text()) {
    const characters = rest + piece.toString('latin1').replace(NOT_BASE64, '');
    const whole = characters.length - (characters.length % 4);
    rest = characters.slice(whole);
    if (whole > 0) yield Buffer.from(characters.slice(0, whole), 'base64');
  }
  if (rest !== '') yield Buffer.from(rest, 'base64');
}
