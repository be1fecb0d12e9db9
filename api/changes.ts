/** The one change stream of an api process: commits of the projector, campaigns as any process changes them, transcripts as they grow. */
import { MongoServerError, type ChangeStream, type Db, type Document, type Timestamp } from 'mongodb';
import { isUnavailable } from '../ops/process/mongo.ts';
import type { StoredUpdate } from '../projector/contract.ts';

/** A committed change as followed: which events it covers stays behind on the server. */
export type FollowedUpdate = Omit<StoredUpdate, 'events'>;

/** Something that changed. Of campaigns and transcripts no more than the id comes along: what they are now is read where it is wanted. */
export type Change =
  | { kind: 'update'; update: FollowedUpdate }
  | { kind: 'campaign'; id: string }
  | { kind: 'transcript'; id: string };

/** Where the stream begins: at a time that a majority has, or after what was last handed out. */
export type Beginning = { startAtOperationTime: Timestamp } | { startAfter: unknown };

/** One opened stream. */
export type Changes = AsyncDisposable & {
  /** The next change; with `isWaiting` null for none within a second. */
  next(): Promise<Change | null>;
  /** Where another stream goes on after what this one handed out. */
  beginning(): Beginning | null;
  close(): void;
};

/** Bodies stay behind: of an update all but its events, of the others the id. */
const PIPELINE = [
  {
    $match: {
      $or: [
        { 'ns.coll': 'updates', operationType: 'insert' },
        {
          'ns.coll': { $in: ['campaigns', 'transcripts'] },
          operationType: { $in: ['insert', 'update', 'replace', 'delete'] },
        },
      ],
    },
  },
  {
    $set: {
      fullDocument: { $cond: [{ $eq: ['$ns.coll', 'updates'] }, '$fullDocument', '$$REMOVE'] },
    },
  },
  { $unset: ['fullDocument.events', 'updateDescription'] },
];

/**
 * Opens the stream. It is open once {@link Changes.next} was answered the first time.
 * @param db the database
 * @param from where it begins
 * @returns the stream
 */
export function openChanges(db: Db, from: Beginning): Changes {
  const stream = db.watch(PIPELINE, { ...from, batchSize: 1_000, maxAwaitTimeMS: 1_000 });
  return {
    next: async () => {
      const event = await stream.tryNext();
      // The driver answers null at once, and for ever, for a stream that has ended: whoever asks on would never let go.
      if (event === null && stream.closed) throw new Error('the stream of changes has ended');
      return changeOf(event);
    },
    beginning: () => tokenOf(stream),
    close: () => void stream.close(),
    [Symbol.asyncDispose]: () => stream.close(),
  };
}

/**
 * Whether a stream cannot go on from where it was to begin: what came after is gone, or the history is another one.
 * @param error that it ended with
 * @returns false where the same beginning can be tried again
 */
export function isHistoryLost(error: unknown): boolean {
  return (
    error instanceof MongoServerError &&
    !isUnavailable(error) &&
    !error.hasErrorLabel('ResumableChangeStreamError')
  );
}

function tokenOf({ resumeToken }: ChangeStream): Beginning | null {
  return resumeToken === null || resumeToken === undefined ? null : { startAfter: resumeToken };
}

/** What the pipeline lets through; other shapes of change events do not come. */
function changeOf(event: Document | null): Change | null {
  if (event === null) return null;
  const { ns, documentKey, fullDocument } = event as {
    ns?: { coll: string };
    documentKey?: { _id: string };
    fullDocument?: FollowedUpdate;
  };
  if (ns?.coll === 'updates' && fullDocument !== undefined) return { kind: 'update', update: fullDocument };
  if (ns === undefined || documentKey === undefined) return null;
  return { kind: ns.coll === 'campaigns' ? 'campaign' : 'transcript', id: documentKey._id };
}
