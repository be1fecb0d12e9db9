/** Imports a file: lines in batches into the log, durable, then the note how far it is. Killed at any point, the same again goes on. */
import { createKeeper, type Keeper, type Senders } from '../../ingest/contract.ts';
import { inBatches } from '../batches.ts';
import type { JobParts, JobResult } from '../job.ts';
import { startProgress } from '../progress.ts';
import { readLine, type Reading } from './line.ts';
import { linesOf, type Line } from './lines.ts';
import { endRecord, noteRecord, startRecord, type ImportRecord } from './record.ts';

/** Which file, and under which endpoint its calls are. `lenient`: lines that fail do not make the run fail. */
export type ImportPlan = { path: string; senders: Senders; endpoint: string; lenient: boolean };

/** So many failing lines are told; all are counted. */
const MOST_TOLD = 100;

/**
 * Imports.
 * @param parts what the job works with
 * @param plan which file, and how
 * @returns `failed` where a line failed, unless lenient, and where it did not come to the end
 */
export async function runImport(parts: JobParts, plan: ImportPlan): Promise<JobResult> {
  const { db, log, print, signal } = parts;
  const imports = db.collection<ImportRecord>('imports');
  const started = await startRecord(imports, plan.path, plan.endpoint);
  if (started === null) {
    print('the file cannot be read');
    return 'failed';
  }
  const { id, size, before } = started;
  const keeper = await createKeeper(db, plan.senders, log);
  const reading = { senders: plan.senders, endpoint: plan.endpoint, importedAt: new Date() };
  const progress = startProgress({ what: 'importing', total: size, log });
  if (before.lines > 0) print(`going on after line ${before.lines}, of which ${before.failed} failed`);
  progress.advance(before.bytes, '');
  let done = before;
  let told = 0;
  for await (const batch of inBatches(linesOf(plan.path, before), ({ bytes }) => bytes)) {
    const results = await Promise.all(batch.map((line) => importLine(keeper, line, reading)));
    if (results.includes('unkept')) {
      progress.stop();
      print(`the database did not acknowledge after line ${done.lines}: the same again goes on there`);
      return 'failed';
    }
    const next = advanced(done, batch, results);
    for (const [at, result] of results.entries()) {
      if (typeof result === 'string' || !('why' in result)) continue;
      told += 1;
      if (told <= MOST_TOLD) print(`line ${batch[at]?.number ?? 0}: ${result.why}`);
    }
    await noteRecord(imports, next);
    progress.advance(next.bytes - done.bytes, `${next.lines} lines`);
    done = next;
    if (signal.aborted) break;
  }
  progress.stop();
  if (told > MOST_TOLD) print(`and ${told - MOST_TOLD} more lines failed`);
  const { lines, stored, known, failed } = done;
  print(`${lines} lines: ${stored} new events, ${known} known already, ${failed} lines failed`);
  if (signal.aborted && done.bytes < size) {
    print('stopped before the end: the same again goes on');
    return 'failed';
  }
  await endRecord(imports, id);
  return failed > 0 && !plan.lenient ? 'failed' : 'done';
}

/** What became of a line: its events by fate, nothing for a blank one, `unkept` where it is not durable. */
type LineResult = { stored: number; known: number } | { why: string } | 'blank' | 'unkept';

async function importLine(keeper: Keeper, { text }: Line, reading: Reading): Promise<LineResult> {
  if (text === null) return { why: 'is too long' };
  if (text === '') return 'blank';
  const read = readLine(text, reading);
  if ('why' in read) return read;
  const { durable, fates, unread } = await keeper.keep(read.verified, 'report');
  if (!durable) return 'unkept';
  // Of several events in one line the good ones are kept; the line has failed all the same.
  if (unread.length > 0)
    return { why: unread.map(({ reason, issues }) => [reason, ...issues].join(' ')).join('; ') };
  const known = fates.filter((fate) => fate === 'duplicate').length;
  return { stored: fates.length - known, known };
}

function advanced(done: ImportRecord, batch: readonly Line[], results: readonly LineResult[]): ImportRecord {
  const last = batch.at(-1);
  const next = { ...done, bytes: last?.endsAt ?? done.bytes, lines: last?.number ?? done.lines };
  for (const result of results) {
    if (typeof result === 'string') continue;
    if ('why' in result) next.failed += 1;
    else {
      next.stored += result.stored;
      next.known += result.known;
    }
  }
  return next;
}
