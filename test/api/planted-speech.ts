/** Transcripts and recordings planted as the text tail keeps them. */
import { GridFSBucket, type Db } from 'mongodb';
import type { StoredRecording, StoredTranscript } from '../../projector/documents.ts';

const AT = new Date('2026-03-10T10:06:00Z');
/** What stands beside what was said. */
export const SOURCE = {
  links: [],
  provider: 'standard',
  endpoint: 'standard',
  eventAt: AT,
  receivedAt: AT,
  by: '1',
};

/** Writes one transcript; fields may differ. */
export async function plantTranscript(
  db: Db,
  id: string,
  fields: Partial<StoredTranscript> = {},
): Promise<void> {
  const turns: StoredTranscript['turns'] = [
    { speaker: 'agent', text: 'Good morning, how may I help?', atSeconds: 0 },
    { speaker: 'caller', text: 'The refund has come, that is wonderful.', atSeconds: 2.5 },
  ];
  const stored = { ...SOURCE, _id: id, partId: id, language: 'en', turns, ...fields };
  await db.collection<StoredTranscript>('transcripts').insertOne(stored);
}

/** Writes what is told of one recording and its sound, under a hash. */
export async function plantRecording(db: Db, id: string, sha256: string): Promise<void> {
  const sound = Buffer.alloc(2_000, 7);
  const facts = { state: 'completed', durationMs: 60_000, channels: 1, startedAt: AT, origin: 'x' } as const;
  await db.collection<StoredRecording>('recordings').insertOne({
    ...{ ...SOURCE, ...facts, _id: id, partId: id, url: 'https://sender.example/r' },
    audio: { bytes: sound.length, sha256 },
  });
  const upload = new GridFSBucket(db, { bucketName: 'audio' }).openUploadStream(sha256);
  await new Promise((resolve, reject) => upload.on('finish', resolve).on('error', reject).end(sound));
}
