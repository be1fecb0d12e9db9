/** Playback: the sound of a call's recording where it is held, whole or by ranges, under an ETag that is its hash. */
import Router from '@koa/router';
import type { Context } from 'koa';
import { GridFSBucket, type Db } from 'mongodb';
import { z } from 'zod';
import { lacking } from '../access.ts';
import { funnel } from '../funnel.ts';
import { Refusal } from '../refusal.ts';
import { inTime } from '../repositories/snapshot.ts';
import { unknownCall } from './calls.ts';
import { askerOf, type Mountable, type RouteParts } from './route.ts';
import { isHeld } from './write.ts';
import type { Scope } from '../scopes.ts';

/** A route that answers the bytes of a file. */
export type FileRoute = {
  path: string;
  failureText: string;
  scope: Scope;
  mediaType: string;
  params: z.ZodObject;
  example: Readonly<Record<string, string>>;
};

/** The playback. */
export const AUDIO_ROUTE: FileRoute = {
  path: '/api/db/calls/:id/recording/:sha256',
  failureText: 'Error retrieving recording',
  scope: 'pii',
  mediaType: 'audio/mpeg',
  params: z.strictObject({ id: z.string(), sha256: z.string() }),
  example: { id: 'standard:a', sha256: '7d4a1f0b8c3e5d2a'.repeat(4) },
};
const NOT_HELD = 'The audio of this recording is not held here';

/**
 * Mounts the playback.
 * @param app a Koa app or router
 * @param parts what it works with
 */
export function mountAudioRoute(app: Mountable, parts: RouteParts): void {
  const router = new Router();
  router.get(AUDIO_ROUTE.path, funnel(), async (context) => {
    context.state.route = AUDIO_ROUTE.path;
    context.state.failureText = AUDIO_ROUTE.failureText;
    const viewer = await parts.access.admit(askerOf(context.req), { scope: 'read', cost: 5 });
    if (!viewer.text) throw lacking('pii');
    const { id = '', sha256 = '' } = context.params;
    const { moment, call, found } = await parts.transcripts.recordings(id);
    if (call === null) throw unknownCall(moment, parts);
    // Only of this call: the hash of another's recording opens nothing here.
    const audio = found.find((one) => one.audio?.sha256 === sha256)?.audio;
    if (audio?.isHeld !== true) throw new Refusal(NOT_HELD, 404);
    await parts.audit.note(viewer, { act: 'play_recording', subject: call.callId, details: { sha256 } });
    await play(context, parts.db, sha256);
  });
  if (app instanceof Router) app.use(router.routes(), router.allowedMethods());
  else app.use(router.routes()).use(router.allowedMethods());
}

async function play(context: Context, db: Db, sha256: string): Promise<void> {
  const bucket = new GridFSBucket(db, { bucketName: 'audio' });
  const file = await inTime(() => bucket.find({ filename: sha256 }).limit(1).next());
  if (file === null) throw new Refusal(NOT_HELD, 404);
  const etag = `"${sha256}"`;
  const isKnown = isHeld(context.headers, etag);
  const { range, 'if-range': ifRange } = context.headers;
  // A range is asked of a GET alone.
  const isAsked = context.method === 'GET' && (ifRange === undefined || ifRange === etag);
  const piece = isKnown ? null : pieceAsked(isAsked ? range : undefined, file.length);
  if (piece === 'beyond')
    throw new Refusal('The range lies beyond the end of the recording', 416, {
      'Content-Range': `bytes */${file.length}`,
    });
  context.set({
    'Accept-Ranges': 'bytes',
    'Cache-Control': 'private, no-cache',
    'Content-Type': AUDIO_ROUTE.mediaType,
    'Content-Disposition': `inline; filename="${sha256.slice(0, 16)}.mp3"`,
    ETag: etag,
  });
  if (isKnown) {
    context.status = 304;
    return;
  }
  const { start, end } = piece ?? { start: 0, end: file.length };
  if (piece !== null) context.set('Content-Range', `bytes ${start}-${end - 1}/${file.length}`);
  context.status = piece === null ? 200 : 206;
  context.body = bucket.openDownloadStream(file._id, { start, end });
  context.length = end - start;
}

/**
 * The bytes that a `Range` asks for.
 * @param range as sent
 * @param length of the whole
 * @returns from where to where, the end exclusive; null for the whole, which more than one range is answered with too
 */
export function pieceAsked(
  range: string | undefined,
  length: number,
): { start: number; end: number } | 'beyond' | null {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range ?? '') ?? [];
  if (from === '' && to === '') return null;
  const start = from === '' ? Math.max(0, length - Number(to)) : Number(from);
  const end = from === '' || to === '' ? length : Math.min(length, Number(to) + 1);
  if (from !== '' && to !== '' && Number(to) < start) return null;
  return start < end ? { start, end } : 'beyond';
}
