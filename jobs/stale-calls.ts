/** `npm run job -- stale-calls`: calls that nobody ended and nobody spoke of for hours are given up, by an event of the log. */
import type { Command } from 'commander';
import type { Db } from 'mongodb';
import { callGivenUp, createAppend, STATUSES, type StoredEvent } from '../ingest/contract.ts';
import { collectionIn, readPointer, type StoredCall } from '../projector/contract.ts';
import type { Job, JobParts } from './job.ts';
import { count } from './option-words.ts';

const HOUR_MS = 3_600_000;
/** Calls taken at a time: their last events are read and their judgements appended together. */
const PAGE = 200;
const NOT_OVER = STATUSES.filter((status) => status !== 'ended');

type Call = Pick<StoredCall, '_id' | 'parts' | 'lastEventAt'>;
type LastEvent = Pick<StoredEvent, '_id' | 'partId' | 'endpoint' | 'facts' | 'eventAt'>;

/**
 * The job. A later event undoes what it says: the call is as that event tells.
 * @param hours asked for when it runs: how long a call may be silent
 */
export const createStaleCallsJob = (hours: () => number): Job => ({
  name: 'stale-calls',
  summary: 'give up calls that nobody ended and nobody spoke of for hours',
  schedule: '*/10 * * * *',
  describe: (command: Command) =>
    command.option('--hours <n>', 'how long a call may be silent; else STALE_CALL_HOURS', count),
  async run(parts, options) {
    const byHand = typeof options['hours'] === 'number';
    const silent = typeof options['hours'] === 'number' ? options['hours'] : hours();
    const tally = await giveUp(parts, new Date(Date.now() - silent * HOUR_MS));
    if (byHand || tally.givenUp > 0)
      parts.print(`${tally.givenUp} calls given up, silent for ${silent} h and more`);
    if (tally.refused > 0) parts.print(`${tally.refused} could not be given up: see the log`);
    return tally.refused > 0 ? 'failed' : 'done';
  },
});

/** Gives up what is silent since an instant; run again, or by two at once, it appends the same events, which are there already. */
async function giveUp({ db, log, signal }: JobParts, before: Date) {
  const append = createAppend(db.collection<StoredEvent>('events'));
  const tally = { givenUp: 0, refused: 0 };
  for await (const page of silentCalls(db, before)) {
    const lasts = await lastEvents(db, page);
    const judged = lasts.map((last) => callGivenUp(last, new Date()));
    const results = judged.length === 0 ? [] : await append(judged);
    for (const result of results) {
      if (!(result instanceof Error)) tally.givenUp += result.fate === 'stored' ? 1 : 0;
      else {
        tally.refused += 1;
        log.error({ err: result }, 'giving up a call');
      }
    }
    if (signal.aborted) break;
  }
  return tally;
}

/** Calls that are not over and silent since before an instant, some at a time. */
async function* silentCalls(db: Db, before: Date): AsyncGenerator<Call[]> {
  let page: Call[] = [];
  const { version } = await readPointer(db.collection('pointers'));
  const found = db
    .collection<StoredCall>(collectionIn('calls', version))
    .find(
      { status: { $in: NOT_OVER }, lastEventAt: { $lt: before } },
      { projection: { 'parts.id': 1, lastEventAt: 1 } },
    )
    .batchSize(PAGE);
  for await (const call of found) {
    page.push(call);
    if (page.length < PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

/**
 * The last event of each call, told by a sender, by its time and then its id. A call of which the log holds a later one than the
 * views do is left out: it is not silent, the views are behind.
 */
async function lastEvents(db: Db, calls: readonly Call[]): Promise<LastEvent[]> {
  const callOf = new Map(calls.flatMap((call) => call.parts.map(({ id }) => [id, call] as const)));
  const events = await db
    .collection<StoredEvent>('events')
    .find({ partId: { $in: [...callOf.keys()] }, facts: { $ne: null }, provider: { $ne: 'callviews' } })
    .project<LastEvent>({ partId: 1, endpoint: 1, 'facts.witness': 1, eventAt: 1 })
    .toArray();
  const last = new Map<Call, LastEvent>();
  for (const event of events) {
    const call = callOf.get(event.partId ?? '');
    if (call === undefined) continue;
    const held = last.get(call);
    if (held === undefined || isLater(event, held)) last.set(call, event);
  }
  return [...last].flatMap(([call, event]) => (event.eventAt > call.lastEventAt ? [] : [event]));
}

function isLater(one: LastEvent, other: LastEvent): boolean {
  const difference = one.eventAt.getTime() - other.eventAt.getTime();
  return difference > 0 || (difference === 0 && one._id.toString('hex') > other._id.toString('hex'));
}
