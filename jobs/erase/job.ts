/** `npm run job -- erase`: takes away what was said in a call and who called; by the clock, what still arrives for it. */
import type { Command } from 'commander';
import { noteAct } from '../acts.ts';
import type { Job, JobParts, JobResult } from '../job.ts';
import { textOf } from '../option-words.ts';
import { callsNow } from './calls-now.ts';
import { gather } from './gather.ts';
import { erasuresIn, proofOf, type StoredErasure } from './ledger.ts';
import { begin, carryOn } from './run.ts';
import { scrub } from './scrub.ts';

/** So many calls of one number are erased without asking back. */
const MOST_UNASKED = 20;

/** The job. Without a call or number it goes on with what is under way and scrubs what arrived since, each five minutes by the clock. */
export const erase: Job = {
  name: 'erase',
  summary: 'erase words and telephone numbers of a call everywhere, with a ledger entry and a proof',
  schedule: '*/5 * * * *',
  describe: (command: Command) =>
    command
      .option('--call <id>', 'the call, by any of its ids, such as twilio:CA…')
      .option('--number <number>', 'all calls from or to this telephone number')
      .option('--uncount', 'take the calls out of the numbers too; else they stay counted')
      .option('--yes', `also where more than ${MOST_UNASKED} calls have the number`)
      .option('--proof <id>', 'print the proof of an erasure as JSON'),
  async run(parts, options) {
    const proof = textOf(options['proof']);
    if (proof !== undefined) return showProof(parts, proof);
    const [call, number] = [textOf(options['call']), textOf(options['number'])];
    if (call === undefined && number === undefined) return sweep(parts);
    const calls = call === undefined ? await callsOf(parts, number ?? '') : [call];
    if (calls.length > MOST_UNASKED && options['yes'] !== true) {
      parts.print(`${calls.length} calls have this number: --yes erases them all`);
      return 'failed';
    }
    if (calls.length === 0) parts.print('no call has this number');
    const results: JobResult[] = [];
    for (const one of calls) {
      if (parts.signal.aborted) break;
      results.push(await eraseOne(parts, { call: one, keepCount: options['uncount'] !== true }));
    }
    return results.length === 0 || results.includes('failed') ? 'failed' : 'done';
  },
};

async function callsOf({ db }: JobParts, number: string): Promise<string[]> {
  const calls = await (
    await callsNow(db)
  )
    .find({ $or: [{ fromNumber: number }, { toNumber: number }] }, { projection: { callId: 1 } })
    .toArray();
  return calls.map(({ callId }) => callId);
}

async function eraseOne(parts: JobParts, asked: { call: string; keepCount: boolean }): Promise<JobResult> {
  const begun = await begin(parts.db, asked);
  if (begun === null) {
    parts.print(`${asked.call}: no such call`);
    return 'failed';
  }
  const details = { counted: asked.keepCount ? 'stays' : 'goes' };
  await noteAct(parts.db, { act: 'erasure', subject: begun._id, details });
  return tell(parts, await carryOn(parts, begun));
}

function tell({ print, log }: JobParts, erasure: StoredErasure): JobResult {
  const { _id, state, before, after, search } = erasure;
  log.info({ erasure: _id, state, before, after, search }, 'erasure');
  if (search === null || after === null) {
    print(`${_id}: noted; the projector has not taken it up, the next run goes on`);
    return 'failed';
  }
  const found = Object.entries(search.found).map(([name, count]) => `${count} in ${name}`);
  print(
    `${_id}: ${state === 'done' ? 'erased' : 'not clean yet'}; of ${search.documents} documents searched ` +
      `${found.length === 0 ? 'none holds' : `${found.join(', ')} hold`} a word of it; ` +
      `${after.countedCalls} calls counted, ${before.countedCalls} before`,
  );
  if (search.inOtherCalls > 0) print(`  ${search.inOtherCalls} documents of other calls hold the same words`);
  return state === 'done' ? 'done' : 'failed';
}

/** Goes on with erasures under way, and takes away what has arrived for finished ones. */
async function sweep(parts: JobParts): Promise<JobResult> {
  const { db, signal, print } = parts;
  const erasures = erasuresIn(db);
  const results: JobResult[] = [];
  for await (const erasure of erasures.find({})) {
    if (signal.aborted) break;
    if (erasure.state === 'asked') results.push(tell(parts, await carryOn(parts, erasure)));
    else {
      const gathered = await gather(db, erasure.aliases);
      const later = await scrub(db, gathered, { needles: [], since: sinceOf(erasure) });
      if (later > 0) {
        await noteAct(db, { act: 'erasure', subject: erasure._id, details: { later } });
        print(`${erasure._id}: ${later} documents that arrived later are erased too`);
      }
      await erasures.updateOne(
        { _id: erasure._id },
        { $set: { aliases: gathered.ids, sweptAt: new Date() }, $inc: { later } },
      );
    }
  }
  return results.includes('failed') ? 'failed' : 'done';
}

/** What could not be read before the last sweep was looked through then; clocks and long retries may differ by less than this. */
const OVERLAP_MS = 3_600_000;

function sinceOf({ sweptAt }: StoredErasure): Date | undefined {
  return sweptAt === null ? undefined : new Date(sweptAt.getTime() - OVERLAP_MS);
}

async function showProof({ db, print }: JobParts, id: string): Promise<JobResult> {
  const erasure = await erasuresIn(db).findOne({ aliases: id });
  if (erasure === null) {
    print(`${id}: no erasure of it in the ledger`);
    return 'failed';
  }
  print(JSON.stringify(proofOf(erasure), null, 2));
  return 'done';
}
