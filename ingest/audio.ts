/** Turns the base64 text of a recording into audio under its SHA-256: kept in GridFS where that is wanted, else only measured. */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GridFSBucket } from 'mongodb';
import type { Db } from 'mongodb';
import type { AudioEntry } from './providers/provider.ts';

/** Base64 text in pieces, from the start each time it is asked for. */
export type Base64Text = () => Iterable<Buffer> | AsyncIterable<Buffer>;

/** Measures a recording and, where audio is stored, keeps it; resolves once it is durable. */
export type KeepAudio = (text: Base64Text) => Promise<AudioEntry>;

/** Name of the GridFS bucket. */
export const AUDIO_BUCKET = 'audio';

/**
 * Builds the keeper. A file is found by its name, the SHA-256; it has an id of its own, so that an upload cut short by a crash
 * never stands in the way of the next one.
 * @param db the database
 * @param stored whether recordings are kept
 */
export function createKeepAudio(db: Db, { stored }: { stored: boolean }): KeepAudio {
  const bucket = new GridFSBucket(db, {
    bucketName: AUDIO_BUCKET,
    writeConcern: { w: 'majority', journal: true },
  });
  return async (text) => {
    const entry = await measure(text);
    if (stored && !(await bucket.find({ filename: entry.sha256 }).hasNext())) {
      const upload = bucket.openUploadStream(entry.sha256);
      await pipeline(Readable.from(decoded(text)), upload);
    }
    return entry;
  };
}

async function measure(text: Base64Text): Promise<AudioEntry> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of decoded(text)) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { bytes, sha256: hash.digest('hex') };
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
