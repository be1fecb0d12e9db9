/** Takes bodies that are too large for memory into temporary files: bounded each and in all, gone when they are done with or we are. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, stat, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressOf } from './address.ts';
import type { Fate } from './fates.ts';
import type { Shares } from './shares.ts';

/** Bounds: of one body, of all files of this process, and of a sender's slowness, in all and between two pieces. */
export type SpoolLimits = { bodyBytes: number; totalBytes: number; slowestMs: number; idleMs: number };

/** 256 MB of base64 are three hours of MP3 at 128 kbit/s; four such at once; a slow line takes 80 MB in the time. */
export const SPOOL_LIMITS: SpoolLimits = {
  bodyBytes: 256 * 1024 * 1024,
  totalBytes: 1024 * 1024 * 1024,
  slowestMs: 120_000,
  idleMs: 10_000,
};

/** Where the files are put unless a setting says otherwise. */
export const SPOOL_FOLDER = join(tmpdir(), 'callviews-spool');

/** A body in a file; disposing it frees the file. */
export type Spooled = {
  bytes: number;
  /** Part of the body in memory; an end beyond the body's own is cut back. */
  read: (from: number, to: number) => Promise<Buffer>;
  /** Part of the body, piece by piece; may be walked again. */
  pieces: (from: number, to: number) => AsyncIterable<Buffer>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** The temporary files of a process. */
export type Spool = {
  /**
   * Takes the rest of a body in; each piece is shown to `seen` once, in order, what was already read included. `begun` is
   * emptied on the way: nothing of a body that nobody has verified stays in memory.
   * @returns the body, or why there is none; throws where the disk refuses
   */
  take: (
    request: IncomingMessage,
    begun: Buffer[],
    seen: (piece: Buffer) => void,
  ) => Promise<Spooled | { fate: Fate }>;
  /** Bytes in files now. */
  bytes: () => number;
};

const PIECE_BYTES = 256 * 1024;
/** A file loses its name as soon as it is open; one that still has a name so long after belongs to a process that died just then. */
const LEFT_BEHIND_MS = 10 * 60_000;

/**
 * Builds the spool.
 * @param folder made when it is needed, for our user alone
 * @param shares what an address may hold of it
 */
export function createSpool(folder: string, shares: Shares, limits: SpoolLimits): Spool {
  let held = 0;
  return {
    bytes: () => held,
    take: async (request, begun, seen) => {
      const declared = Number(request.headers['content-length'] ?? 0);
      if (declared > limits.bodyBytes) return { fate: 'too_large' };
      if (held + declared > limits.totalBytes) return { fate: 'overloaded' };
      // Kept, since a connection that is gone has no address.
      const address = addressOf(request.socket);
      const file = await openNameless(folder);
      let bytes = 0;
      const dispose = async () => {
        held -= bytes;
        shares.give(address, 'spoolBytes', bytes);
        await file.close();
      };
      const accept = async (piece: Buffer): Promise<Fate | null> => {
        if (bytes + piece.length > limits.bodyBytes) return 'too_large';
        if (held + piece.length > limits.totalBytes) return 'overloaded';
        if (!shares.take(address, 'spoolBytes', piece.length)) return 'overloaded';
        bytes += piece.length;
        held += piece.length;
        seen(piece);
        await file.appendFile(piece);
        return null;
      };
      try {
        const fate = await takeAll({ request, begun, accept, limits });
        if (fate === null) return { bytes, ...readersOf(file, bytes), [Symbol.asyncDispose]: dispose };
        await dispose();
        return { fate };
      } catch (error) {
        await dispose();
        throw error;
      }
    },
  };
}

/**
 * Removes what a killed process has left behind in the folder; live files have no name in it.
 * @returns the number of files removed
 */
export async function sweepSpool(folder: string): Promise<number> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let removed = 0;
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (!name.endsWith('.body') || found === null || Date.now() - found.mtimeMs < LEFT_BEHIND_MS) continue;
    await unlink(path).catch(() => undefined);
    removed += 1;
  }
  return removed;
}

/** The kernel frees a file without a name with its last handle, however the process ends. */
async function openNameless(folder: string): Promise<FileHandle> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${randomUUID()}.body`);
  const file = await open(path, 'wx+', 0o600);
  await unlink(path);
  return file;
}

type Taking = {
  request: IncomingMessage;
  begun: Buffer[];
  accept: (piece: Buffer) => Promise<Fate | null>;
  limits: SpoolLimits;
};

/** Hands piece after piece to `accept`, one at a time: the socket waits while the disk does. */
async function takeAll({ request, begun, accept, limits }: Taking): Promise<Fate | null> {
  for (let piece = begun.shift(); piece !== undefined; piece = begun.shift()) {
    const fate = await accept(piece);
    if (fate !== null) return fate;
  }
  return new Promise((resolve, reject) => {
    let accepting: Promise<void> = Promise.resolve();
    const slowest = setTimeout(() => end('too_slow'), limits.slowestMs);
    const idle = setTimeout(() => end('too_slow'), limits.idleMs);
    const onChunk = (chunk: Buffer) => {
      request.pause();
      accepting = accept(chunk).then((fate) => {
        if (fate !== null) {
          end(fate);
        } else {
          idle.refresh();
          request.resume();
        }
      }, fail);
    };
    const onEnd = () => {
      request.off('close', onGone);
      void accepting.then(() => end(null));
    };
    const onGone = () => void accepting.then(() => end('aborted'));
    function settle(): void {
      clearTimeout(slowest);
      clearTimeout(idle);
      request.off('data', onChunk).off('end', onEnd).off('close', onGone);
    }
    function end(fate: Fate | null): void {
      settle();
      if (fate !== null) request.pause();
      void accepting.then(() => resolve(fate));
    }
    function fail(error: unknown): void {
      settle();
      reject(error instanceof Error ? error : new Error('spooling a body', { cause: error }));
    }
    request.on('data', onChunk).on('end', onEnd).on('close', onGone);
    if (request.destroyed) end('aborted');
    else request.resume();
  });
}

function readersOf(file: FileHandle, bytes: number): Pick<Spooled, 'read' | 'pieces'> {
  const read = async (from: number, to: number): Promise<Buffer> => {
    const buffer = Buffer.allocUnsafe(Math.max(0, Math.min(to, bytes) - from));
    for (let filled = 0; filled < buffer.length;) {
      const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, from + filled);
      if (bytesRead === 0) throw new Error('a temporary file is shorter than what was written');
      filled += bytesRead;
    }
    return buffer;
  };
  async function* pieces(from: number, to: number): AsyncGenerator<Buffer> {
    for (let at = from; at < to; at += PIECE_BYTES) yield await read(at, Math.min(to, at + PIECE_BYTES));
  }
  return { read, pieces };
}
