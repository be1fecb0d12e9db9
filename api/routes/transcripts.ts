/** What was said: the transcript of a call, what is told of its recordings, and the search through all transcripts. */
import { z } from 'zod';
import { lacking } from '../access.ts';
import { openRangeOf } from '../range.ts';
import { Refusal } from '../refusal.ts';
import { HIT, RECORDING, TRANSCRIPT } from '../shapes/calls.ts';
import { CURSOR_TEXT } from '../shapes/common.ts';
import { searchTranscripts, wordsIn } from '../repositories/search.repository.ts';
import { unknownCall } from './calls.ts';
import { delivered, RANGE, WAITING } from './common.ts';
import { CURSOR, cursorOf, cursorText, limitUpTo } from './cursors.ts';
import type { Answer } from './finish.ts';
import { route, type Route } from './route.ts';

const ID = z.string().max(500, 'is too long');
/** More words find nothing more. */
const MOST_WORDS = 10;

const transcript = route({
  path: '/api/db/calls/:id/transcript',
  data: z.strictObject({
    callId: z.string(),
    textShown: z.boolean(),
    transcripts: z.array(TRANSCRIPT),
  }),
  example: { id: 'standard:a' },
  failureText: 'Error retrieving transcript',
  cost: 5,
  input: z.strictObject({ id: ID, ...WAITING }),
  answer: ({ id, ...waiting }, parts, viewer) =>
    delivered(waiting, parts, async (): Promise<Answer> => {
      const { moment, call, found, isPast } = await parts.transcripts.transcripts(id, viewer.text);
      if (call === null) throw unknownCall(moment, parts);
      if (viewer.text) await parts.audit.note(viewer, { act: 'read_transcript', subject: call.callId });
      const body = { callId: call.callId, textShown: viewer.text, transcripts: found };
      const reason = isPast ? 'outside_retention' : 'no_calls';
      return { body, moment, source: 'calls', emptyBecause: found.length === 0 ? reason : null };
    }),
});

const recording = route({
  path: '/api/db/calls/:id/recording',
  data: z.strictObject({ callId: z.string(), mayPlay: z.boolean(), recordings: z.array(RECORDING) }),
  example: { id: 'standard:a' },
  failureText: 'Error retrieving recording',
  input: z.strictObject({ id: ID, ...WAITING }),
  answer: ({ id, ...waiting }, parts, viewer) =>
    delivered(waiting, parts, async (): Promise<Answer> => {
      const { moment, call, found } = await parts.transcripts.recordings(id);
      if (call === null) throw unknownCall(moment, parts);
      if (viewer.text && found.length > 0)
        await parts.audit.note(viewer, { act: 'read_recording', subject: call.callId });
      // An address of the sender's may be all that is needed to hear it.
      const recordings = viewer.text ? found : found.map((one) => ({ ...one, url: null }));
      const body = { callId: call.callId, mayPlay: viewer.text, recordings };
      return { body, moment, source: 'calls', emptyBecause: found.length === 0 ? 'no_calls' : null };
    }),
});

const search = route({
  path: '/api/db/transcripts/search',
  data: z.strictObject({ words: z.array(z.string()), hits: z.array(HIT), nextCursor: CURSOR_TEXT }),
  example: { q: 'refund', speaker: 'caller' },
  failureText: 'Error searching transcripts',
  cost: 10,
  input: z.strictObject({
    q: z.string('is needed: the words to look for').max(200, 'is too long'),
    speaker: z.enum(['caller', 'agent', 'unknown'], 'must be one of: caller, agent, unknown').optional(),
    ...RANGE,
    limit: limitUpTo(100, 20),
    cursor: CURSOR,
    ...WAITING,
  }),
  answer: ({ q, speaker, limit, cursor, ...asked }, parts, viewer) =>
    delivered(asked, parts, async (): Promise<Answer> => {
      if (!viewer.text) throw lacking('pii');
      const words = [...new Set(wordsIn(q).map(({ word }) => word))];
      if (words.length === 0 || words.length > MOST_WORDS)
        throw new Refusal(`Invalid q: give 1 to ${MOST_WORDS} words of letters or digits`);
      const range = openRangeOf(asked, parts.context());
      const after = cursorOf(cursor);
      const details = { words: words.length };
      await parts.audit.note(viewer, { act: 'search_transcripts', subject: 'transcripts', details });
      const { moment, hits, next, isPast } = await searchTranscripts(parts.db, {
        words,
        speaker,
        range,
        limit,
        after,
      });
      const isEmpty = hits.length === 0 && next === null && after === null;
      const body = { words, hits, nextCursor: cursorText(next) };
      const reason = isPast ? 'outside_retention' : 'filtered_out';
      return { body, moment, source: 'calls', emptyBecause: isEmpty ? reason : null };
    }),
});

/** The routes of this file. */
export const TRANSCRIPT_ROUTES: readonly Route[] = [transcript, recording, search];
