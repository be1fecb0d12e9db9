/** One batch of the text tail: what was said is read out of the bodies, written, and scored where nobody gave a label. */
import { setImmediate as breathe } from 'node:timers/promises';
import { readText, type StoredEvent, type TextReading } from '../../ingest/contract.ts';
import type { StoredRecording, StoredTranscript } from '../documents.ts';
import { judge, type Judged, type Judging, type Spoken } from './judge.ts';
import { recordingUpdate } from './recordings.ts';
import { transcriptUpdate, type SourceEvent } from './transcripts.ts';
import { writeAll, type Failure } from './write.ts';

/** What a batch is taken with; `failed` is told of each event that is passed by. */
export type Taking = Judging & { failed: (event: StoredEvent, failure: Failure) => void };
/** What became of a batch's events. `own`: the system's, which hold no speech; `failed`: passed by. */
export type Taken = { written: number; nothing: number; own: number; failed: number } & Judged;

type Read = { event: SourceEvent; reading: TextReading };

/**
 * Takes a batch in. What is written can be written again, in any order and beside another writer.
 * @param taking database, log, scorer, and who hears of failures
 * @param events a batch, with bodies
 * @throws where the database is away: nothing may be taken as done then
 */
export async function takeText(taking: Taking, events: readonly StoredEvent[]): Promise<Taken> {
  const { db } = taking;
  const failures = new Map<StoredEvent, Failure>();
  const fail = (event: StoredEvent, failure: Failure): void => void failures.set(event, failure);
  const theirs = events.filter((event) => event.provider !== 'callviews');
  const read = await readAll(theirs, fail);
  const spoken: Spoken[] = read.flatMap(({ event, reading: { transcript } }) =>
    transcript === null ? [] : [{ event, transcript }],
  );
  const transcripts = spoken.map(({ event, transcript }) => ({
    event,
    operation: transcriptUpdate(event, transcript),
  }));
  const recordings = read.flatMap(({ event, reading: { recording } }) =>
    recording === null ? [] : [{ event, operation: recordingUpdate(event, recording) }],
  );
  await writeAll(db.collection<StoredTranscript>('transcripts'), transcripts, fail);
  await writeAll(db.collection<StoredRecording>('recordings'), recordings, fail);
  const judged = await judge(taking, spoken);
  for (const [event, failure] of failures) taking.failed(event, failure);
  const written = read.filter(({ event }) => !failures.has(event)).length;
  return {
    written,
    nothing: theirs.length - written - failures.size,
    own: events.length - theirs.length,
    failed: failures.size,
    ...judged,
  };
}

/** The events that hold speech; one that speaks of no part has no document to stand in. */
async function readAll(
  events: readonly StoredEvent[],
  fail: (event: StoredEvent, failure: Failure) => void,
): Promise<Read[]> {
  const read: Read[] = [];
  for (const event of events) {
    // A body may take milliseconds to read: the numbers, in the same process, come in between.
    await breathe();
    try {
      const reading = readText(event);
      const holdsSpeech = reading !== null && (reading.transcript !== null || reading.recording !== null);
      if (holdsSpeech && speaksOfPart(event)) read.push({ event, reading });
    } catch (error) {
      fail(event, { name: error instanceof Error ? error.name : 'unknown', code: 'UNREADABLE' });
    }
  }
  return read;
}

function speaksOfPart(event: StoredEvent): event is SourceEvent {
  return event.partId !== null;
}
