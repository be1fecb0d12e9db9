/** Recordings as they are kept: what a sender tells of one, laid onto the document of its source. No audio is fetched. */
import type { AnyBulkWriteOperation } from 'mongodb';
import type { ReadRecording } from '../../ingest/contract.ts';
import type { StoredRecording } from '../documents.ts';
import { orderOf, replacing, sourceOf, type SourceEvent } from './transcripts.ts';

/**
 * The upsert that lays a telling onto its source's document. These callbacks carry no time of their own, so the telling of
 * more weight stands, whichever arrived first.
 * @param event the event it was read from
 * @param recording what was read
 */
export function recordingUpdate(
  event: SourceEvent,
  recording: ReadRecording,
): AnyBulkWriteOperation<StoredRecording> {
  const { weight, partId, ...told } = recording;
  const source = partId === undefined ? event : { ...event, partId, links: [event.partId, ...event.links] };
  const by = String(weight) + orderOf(source);
  const update = replacing(source, by, { ...sourceOf(source), ...told, by });
  return { updateOne: { filter: { _id: source.partId }, update, upsert: true } };
}
