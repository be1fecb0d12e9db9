/** What the log itself shows to be missing, whoever was asked: calls without an end, words without audio, holes in sequences. */
import type { Db } from 'mongodb';
import { parseJson, PULLED_CONVERSATION, type StoredEvent } from '../../ingest/contract.ts';
import { collectionIn, readPointer, WHOLE, type StoredCall } from '../../projector/contract.ts';
import type { Period } from './period.ts';

/**
 * Kinds of gaps: calls that started long ago and have not ended; conversations whose body says that there is audio, of which no
 * recording came; numbers that Twilio's sequences of callbacks skipped.
 */
export const GAPS = ['calls_without_end', 'conversations_without_audio', 'sequence_holes'] as const;
/** One of {@link GAPS}. */
export type Gap = (typeof GAPS)[number];

/** One line of the table: how many were found among how many. */
export type Coverage = { gap: Gap; found: number; among: number };

/** Twilio ends a call after four hours unless told otherwise: what is younger may still be going on. */
const LONGEST_CALL_MS = 4 * 3_600_000;
/** Bodies are read to see whether there is audio: so many of the newest are enough to see that recordings stay away. */
const MOST_BODIES = 1_000;
/** Parts asked for in one query. */
const PARTS_AT_ONCE = 1_000;
const TRANSCRIPTIONS = ['post_call_transcription', PULLED_CONVERSATION];

/**
 * Counts the gaps of a period.
 * @param db the database
 * @param period of call starts
 * @param now the present
 */
export async function coverageOf(db: Db, period: Period, now: Date): Promise<Coverage[]> {
  return [
    { gap: 'calls_without_end', ...(await callsWithoutEnd(db, period, now)) },
    { gap: 'conversations_without_audio', ...(await withoutAudio(db, period)) },
    { gap: 'sequence_holes', ...(await sequenceHoles(db, period)) },
  ];
}

type Found = Omit<Coverage, 'gap'>;

async function callsWithoutEnd(db: Db, { since, until }: Period, now: Date): Promise<Found> {
  const latest = new Date(Math.min(until.getTime(), now.getTime() - LONGEST_CALL_MS));
  const { version } = await readPointer(db.collection('pointers'));
  const calls = db.collection<StoredCall>(collectionIn('calls', version));
  const started = { ...WHOLE, startedAt: { $gte: since, $lt: latest } };
  return {
    found: await calls.countDocuments({ ...started, status: { $ne: 'ended' } }),
    among: await calls.countDocuments(started),
  };
}

async function withoutAudio(db: Db, period: Period): Promise<Found> {
  const events = db.collection<StoredEvent>('events');
  const newest = events
    .find({ ...startedIn(period), provider: 'elevenlabs', type: { $in: TRANSCRIPTIONS } })
    .sort({ 'facts.groups.startedAt.value': -1 })
    .limit(MOST_BODIES)
    .project<Pick<StoredEvent, 'partId' | 'body'>>({ partId: 1, body: 1 });
  const speaking = new Set<string>();
  for await (const { partId, body } of newest) {
    if (partId !== null && saysThereIsAudio(body)) speaking.add(partId);
  }
  const heard = await events.distinct('partId', { partId: { $in: [...speaking] }, type: 'post_call_audio' });
  return { found: speaking.size - heard.length, among: speaking.size };
}

/** What has lost its body says nothing. */
function saysThereIsAudio(body: StoredEvent['body']): boolean {
  if (body === undefined) return false;
  const parsed = parseJson(Buffer.from(body.buffer));
  const data: unknown = parsed.ok && isObject(parsed.value) ? parsed.value['data'] : null;
  return isObject(data) && data['has_audio'] === true;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

async function sequenceHoles(db: Db, period: Period): Promise<Found> {
  const events = db.collection<StoredEvent>('events');
  const legs = (await events.distinct('partId', { ...startedIn(period), provider: 'twilio' })).filter(
    (partId) => partId !== null,
  );
  const total: Found = { found: 0, among: 0 };
  for (let from = 0; from < legs.length; from += PARTS_AT_ONCE) {
    const counted = await events
      .aggregate<Found>([
        {
          $match: {
            partId: { $in: legs.slice(from, from + PARTS_AT_ONCE) },
            'facts.sequence': { $type: 'number' },
          },
        },
        {
          $group: {
            _id: '$partId',
            last: { $max: '$facts.sequence' },
            told: { $addToSet: '$facts.sequence' },
          },
        },
        { $project: { expected: { $add: ['$last', 1] }, told: { $size: '$told' } } },
        {
          $group: {
            _id: null,
            found: { $sum: { $subtract: ['$expected', '$told'] } },
            among: { $sum: '$expected' },
          },
        },
      ])
      .next();
    total.found += counted?.found ?? 0;
    total.among += counted?.among ?? 0;
  }
  return total;
}

function startedIn({ since, until }: Period) {
  return { 'facts.groups.startedAt.value': { $gte: since, $lt: until } };
}
