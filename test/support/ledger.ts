/** A sender's ledger: lines on disk, each synced before the sender goes on, and what they say when they are read back. */
import { open, readFile } from 'node:fs/promises';
import { z } from 'zod';

const sendLine = z.object({ send: z.string(), sha256: z.string(), atMs: z.number() });
const answerLine = z.object({
  answer: z.string(),
  status: z.number(),
  fate: z.string().nullable(),
  position: z.string().nullable(),
  retryAfterMs: z.number(),
  /** When the request was sent and when it was answered. */
  sentAtMs: z.number(),
  atMs: z.number(),
});

/** Written before a request is sent: the id it carries and the hash of its body. */
export type SendLine = z.output<typeof sendLine>;
/** Written after a request was answered; status 0 where there was no answer. */
export type AnswerLine = z.output<typeof answerLine>;
/** All that a ledger holds. */
export type LedgerLines = { sends: SendLine[]; answers: AnswerLine[] };

/** An open ledger. */
export type Ledger = {
  file: string;
  /** Appends a line; resolves once it is on the disk. */
  write(line: SendLine | AnswerLine): Promise<void>;
  close(): Promise<void>;
};

/**
 * Opens a ledger for appending. Lines that come while a sync is under way share the next one.
 * @param file where it is kept
 */
export async function openLedger(file: string): Promise<Ledger> {
  const handle = await open(file, 'a');
  let pending: { text: string; resolve(): void; reject(error: unknown): void }[] = [];
  let writing: Promise<void> | null = null;
  const drain = async (): Promise<void> => {
    while (pending.length > 0) {
      const batch = pending;
      pending = [];
      try {
        await handle.appendFile(batch.map(({ text }) => text).join(''));
        await handle.datasync();
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    writing = null;
  };
  return {
    file,
    write: (line) =>
      new Promise((resolve, reject) => {
        pending.push({ text: `${JSON.stringify(line)}\n`, resolve, reject });
        writing ??= drain();
      }),
    async close() {
      await writing;
      await handle.close();
    },
  };
}

/**
 * Reads a ledger back.
 * @param file where it is kept
 * @throws where a line is not one of ours
 */
export async function readLedger(file: string): Promise<LedgerLines> {
  const lines: LedgerLines = { sends: [], answers: [] };
  for (const text of (await readFile(file, 'utf8')).split('\n')) {
    if (text === '') continue;
    const line: unknown = JSON.parse(text);
    const sent = sendLine.safeParse(line);
    if (sent.success) lines.sends.push(sent.data);
    else lines.answers.push(answerLine.parse(line));
  }
  return lines;
}
