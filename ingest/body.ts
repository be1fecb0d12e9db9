/** Reads a request's body as raw bytes, under a size cap and a clock, before anything else looks at it. */
import type { IncomingMessage } from 'node:http';
import { addressOf } from './address.ts';
import type { Shares } from './shares.ts';

/** Bounds of one body, and of all that are being read at a time: nobody has verified them yet. */
export type BodyLimits = { longestBytes: number; slowestMs: number; allBytes: number };

/** Transcripts with every metric reach 5 MB; a sender that needs longer than 10 s has given up itself. */
export const BODY_LIMITS: BodyLimits = {
  longestBytes: 8 * 1024 * 1024,
  slowestMs: 10_000,
  allBytes: 128 * 1024 * 1024,
};

/** The bytes, or why there are none. */
export type ReadBody =
  | { ok: true; body: Buffer }
  | { ok: false; fate: 'too_slow' | 'aborted' | 'overloaded' }
  /** The request is paused; `begun` is what was read of it. */
  | { ok: false; fate: 'too_large'; begun: Buffer[] };

/**
 * The refusal that headers alone give reason for.
 * @param request whose body nobody has read
 * @returns the fate, or null where the body may be read
 */
export function refusedByHeaders(
  request: IncomingMessage,
  limits: BodyLimits,
): 'encoded' | 'too_large' | null {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') return 'encoded';
  return Number(request.headers['content-length'] ?? 0) > limits.longestBytes ? 'too_large' : null;
}

/** Reads a request's body; never throws. The bytes are as they came, however they were framed. */
export type ReadBodies = (request: IncomingMessage) => Promise<ReadBody>;

/**
 * Makes the reader of a server's bodies.
 * @param limits bounds of each body and of all together
 * @param shares what an address may hold of it
 * @returns reads a request whose body nobody has read
 */
export function createBodies(limits: BodyLimits, shares: Shares): ReadBodies {
  const held = { bytes: 0 };
  return (request) => readBody(request, { limits, shares, held });
}

type Reading = { limits: BodyLimits; shares: Shares; held: { bytes: number } };

function readBody(request: IncomingMessage, { limits, shares, held }: Reading): Promise<ReadBody> {
  const address = addressOf(request.socket);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const clock = setTimeout(() => end({ ok: false, fate: 'too_slow' }), limits.slowestMs);
    const onChunk = (chunk: Buffer) => {
      if (!shares.take(address, 'bodyBytes', chunk.length)) {
        end({ ok: false, fate: 'overloaded' });
        return;
      }
      bytes += chunk.length;
      held.bytes += chunk.length;
      chunks.push(chunk);
      if (held.bytes > limits.allBytes) end({ ok: false, fate: 'overloaded' });
      if (bytes <= limits.longestBytes) return;
      request.pause();
      end({ ok: false, fate: 'too_large', begun: chunks });
    };
    const onEnd = () =>
      end({ ok: true, body: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks) });
    const onGone = () => end({ ok: false, fate: 'aborted' });
    let isOver = false;
    function end(result: ReadBody): void {
      if (isOver) return;
      isOver = true;
      held.bytes -= bytes;
      shares.give(address, 'bodyBytes', bytes);
      clearTimeout(clock);
      request.off('data', onChunk).off('end', onEnd).off('close', onGone);
      resolve(result);
    }
    /** An error is always followed by `close`, which settles; the listener stays, since errors after that must not be thrown. */
    request.on('error', () => undefined);
    request.on('data', onChunk).on('end', onEnd).on('close', onGone);
  });
}
