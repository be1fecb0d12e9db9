/** Which conversations are scored here, and the events that tell of it: appended to the log, folded like any sender's word. */
import type { Db } from 'mongodb';
import { sentimentScored, type Append, type ReadTranscript } from '../../ingest/contract.ts';
import { WHOLE, type StoredCall } from '../documents.ts';
import { collectionIn, readPointer } from '../version.ts';
import type { ScoreTranscript } from './score.ts';
import type { SourceEvent } from './transcripts.ts';

/** What a judge needs. */
export type Judging = { db: Db; append: Append; score: ScoreTranscript };
/** A transcript and the event it was read from. */
export type Spoken = { event: SourceEvent; transcript: ReadTranscript };
/** What became of conversations without a label of their own: scored now, scored before, or labelled by somebody else. */
export type Judged = { scored: number; again: number; labelled: number; refused: number };

/**
 * Scores the conversations among a batch's transcripts that ended without a label, and appends what was found.
 * @param judging database, log and scorer
 * @param spoken transcripts of a batch
 * @throws where the log cannot be written: the same batch again finds the same judgements
 */
export async function judge(judging: Judging, spoken: readonly Spoken[]): Promise<Judged> {
  const { db, append, score } = judging;
  const judged: Judged = { scored: 0, again: 0, labelled: 0, refused: 0 };
  const ended = spoken.filter(endsUnlabelled);
  if (ended.length === 0) return judged;
  const labelled = await labelledParts(
    db,
    ended.map(({ event }) => event.partId),
  );
  const appendable = [];
  for (const { event, transcript } of ended) {
    if (labelled.has(event.partId)) {
      judged.labelled += 1;
      continue;
    }
    const found = await score(transcript);
    if (found !== null) appendable.push(sentimentScored(event, found, new Date()));
  }
  if (appendable.length === 0) return judged;
  for (const result of await append(appendable)) {
    if (result instanceof Error) judged.refused += 1;
    else if (result.fate === 'stored') judged.scored += 1;
    else judged.again += 1;
  }
  return judged;
}

/** A whole transcript, of an event that ends its part and gives no label itself. */
function endsUnlabelled({ event: { facts }, transcript }: Spoken): boolean {
  return (
    transcript.piece === undefined &&
    facts !== null &&
    facts.groups.status?.value === 'ended' &&
    facts.groups.sentiment === undefined
  );
}

/**
 * The parts for which a score could never be shown, by what the views hold so far: labelled by their own sender, or in a call
 * that a report labels. Other conversations do not count, since only the last one is asked and it may be this one: so what is
 * shown in the end does not hang on how far the views are.
 */
async function labelledParts(db: Db, partIds: readonly string[]): Promise<Set<string>> {
  const { version } = await readPointer(db.collection('pointers'));
  const calls = await db
    .collection<StoredCall>(collectionIn('calls', version))
    .find({ aliases: { $in: partIds }, ...WHOLE }, { projection: { parts: 1 } })
    .toArray();
  const labelled = new Set<string>();
  for (const { parts } of calls) {
    const byLabel = parts.filter(
      ({ parentPartId, groups }) =>
        parentPartId === null &&
        groups.sentiment !== undefined &&
        groups.sentiment.value.sentimentSource !== 'local',
    );
    const reported = byLabel.some(({ witness }) => witness !== 'conversation');
    for (const { id } of reported ? parts : byLabel) labelled.add(id);
  }
  return labelled;
}
