/** Reading the log for ever, from wherever one stands: by the change stream, and by a scan where that cannot tell. */
import type { TailedEvent } from '../ingest/contract.ts';
import { scan, startOfScan } from './catch-up.ts';
import type { Checkpoint } from './documents.ts';
import { HistoryLost, LogGone, tail, type LogCut, type TailBatch } from './tail.ts';

/** A reading: what is read, what is done with each batch, who is told of a loss, and when to stop. */
export type Reading<E extends TailedEvent> = {
  log: LogCut<E>;
  /** Makes a batch and its position durable. A throw ends the reading. */
  take: (batch: TailBatch<E>) => Promise<void>;
  historyLost: (error: HistoryLost | LogGone) => void;
  signal: AbortSignal;
};

/**
 * Reads on from a checkpoint; a stream that lost its history is replaced by a scan of the log from the last event taken on, one
 * whose log is gone by a scan of all that is there.
 * @param reading what and for whom
 * @param checkpoint where the last reading stopped
 * @returns when stopped
 */
export async function readLog<E extends TailedEvent>(
  reading: Reading<E>,
  checkpoint: Pick<Checkpoint, 'position'>,
): Promise<void> {
  const { log, signal } = reading;
  let position = checkpoint.position ?? (await startOfScan(log, null));
  const take = async (batch: TailBatch<E>): Promise<void> => {
    await reading.take(batch);
    position = batch.position;
  };
  const stopped = (): boolean => signal.aborted;
  while (!stopped()) {
    if (position.kind === 'scan') {
      for await (const batch of scan(log, position)) {
        await take(batch);
        if (stopped()) return;
      }
      continue;
    }
    try {
      for await (const batch of tail(log, position)) {
        if (stopped()) return;
        await take(batch);
      }
    } catch (error) {
      if (!(error instanceof HistoryLost || error instanceof LogGone)) throw error;
      reading.historyLost(error);
      position = await startOfScan(log, error instanceof LogGone ? null : position.logAt);
    }
  }
}
