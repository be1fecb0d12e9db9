/** Transcripts as they are kept: one event laid onto the document of its source, so that order and repetition cannot matter. */
import type { AnyBulkWriteOperation, Document } from 'mongodb';
import type { ReadTranscript, StoredEvent } from '../../ingest/contract.ts';
import type { StoredTranscript } from '../documents.ts';

/** An event that speaks for a part: the part's id is the id of its source. */
export type SourceEvent = StoredEvent & { partId: string };

/**
 * The upsert that lays a transcript onto its source's document: of several whole ones the latest stands, pieces find their
 * place. Applied again, or in another order, it leaves the same document, so it needs no fence.
 * @param event the event it was read from
 * @param transcript what was read
 */
export function transcriptUpdate(
  event: SourceEvent,
  transcript: ReadTranscript,
): AnyBulkWriteOperation<StoredTranscript> {
  const update =
    transcript.piece === undefined
      ? wholeOf(event, transcript)
      : pieceOf(event, transcript, transcript.piece);
  return { updateOne: { filter: { _id: event.partId }, update, upsert: true } };
}

function wholeOf(event: SourceEvent, { language, turns }: ReadTranscript): Document[] {
  const by = orderOf(event);
  return replacing(event, by, { ...sourceOf(event), language, turns, by });
}

/** Each piece keeps its place and its order, so that it can come twice, or late. */
function pieceOf(event: SourceEvent, { language, turns }: ReadTranscript, piece: number): Document[] {
  const by = orderOf(event);
  const [turn] = turns;
  const held = { $ifNull: ['$turns', []] };
  const isThis = { $eq: ['$$turn.piece', piece] };
  const same = { $first: { $filter: { input: held, as: 'turn', cond: isThis } } };
  const others = { $filter: { input: held, as: 'turn', cond: { $not: [isThis] } } };
  const isLater = { $gt: [by, { $ifNull: ['$$same.by', ''] }] };
  const chosen = { $cond: [isLater, { $literal: { ...turn, piece, by } }, '$$same'] };
  const all = { $concatArrays: [others, [{ $let: { vars: { same }, in: chosen } }]] };
  const { eventAt, receivedAt, ...source } = sourceOf(event);
  const languageNow = {
    $cond: [{ $gt: [by, { $ifNull: ['$by', ''] }] }, { $literal: language }, '$language'],
  };
  return [
    {
      $set: {
        ...Object.fromEntries(Object.entries(source).map(([name, value]) => [name, { $literal: value }])),
        links: linksWith(event.links),
        language: languageNow,
        turns: { $sortArray: { input: all, sortBy: { piece: 1 } } },
        by: { $max: ['$by', by] },
        eventAt: { $max: ['$eventAt', eventAt] },
        receivedAt: { $max: ['$receivedAt', receivedAt] },
      },
    },
  ];
}

/**
 * The update by which the greatest telling of a source stands, whenever it comes. Links only grow.
 * @param event the event that tells
 * @param by its order among the tellings, as text
 * @param document what stands when it is the greatest
 */
export function replacing(event: SourceEvent, by: string, document: Document): Document[] {
  const isLater = { $gt: [by, { $ifNull: ['$by', ''] }] };
  const standing = { $cond: [isLater, { $literal: document }, '$$ROOT'] };
  const kept = { _id: '$_id', links: linksWith(event.links) };
  return [{ $replaceWith: { $mergeObjects: ['$$ROOT', standing, kept] } }];
}

/**
 * Where an event's telling stands among those of its source: its time, then its id.
 * @returns text of fixed width that compares as the tellings do
 */
export function orderOf({ eventAt, _id }: Pick<StoredEvent, 'eventAt' | '_id'>): string {
  return Math.max(0, eventAt.getTime()).toString(16).padStart(12, '0') + _id.toString('hex');
}

/** What every document says of its source. */
export function sourceOf({ partId, provider, endpoint, eventAt, receivedAt }: SourceEvent) {
  return { partId, provider, endpoint, eventAt, receivedAt };
}

function linksWith(links: readonly string[]): Document {
  const all = { $setUnion: [{ $ifNull: ['$links', []] }, { $literal: links }] };
  return { $sortArray: { input: all, sortBy: 1 } };
}
