/** One erasure from asking to proof, in steps that can each be done again: killed anywhere, the next run goes on with it. */
import type { Binary, Db } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { callErased, createAppend, type StoredEvent } from '../../ingest/contract.ts';
import { WHOLE, type StoredUpdate } from '../../projector/contract.ts';
import type { JobParts } from '../job.ts';
import { step } from '../steps.ts';
import { callsNow } from './calls-now.ts';
import { countsOf, gather } from './gather.ts';
import { erasuresIn, type StoredErasure } from './ledger.ts';
import { needlesOf } from './needles.ts';
import { scrub } from './scrub.ts';
import { search } from './search.ts';

/** How long the projector is waited for, and how often it is looked. */
const WAIT = { mostMs: 20_000, beatMs: 100 };
/** Updates are held for a day: after it the absence of one says nothing, and the projector has long been there. */
const DAY_MS = 24 * 3_600_000;

/** Which call, and whether it stays counted. */
export type Asked = { call: string; keepCount: boolean };

/**
 * Puts an erasure into the ledger, with what is to be looked for and what there is before.
 * @param db the database
 * @param asked which call, by any of its ids
 * @returns the erasure; the one that is there where the call was erased before; null where no such call is known
 */
export async function begin(db: Db, { call: id, keepCount }: Asked): Promise<StoredErasure | null> {
  const call = await (await callsNow(db)).findOne({ aliases: id, ...WHOLE });
  if (call === null) return null;
  const erasures = erasuresIn(db);
  const before = await erasures.findOne({ aliases: { $in: call.aliases } });
  const gathered = await gather(db, call.aliases);
  const needles = [...new Set([...(before?.needles ?? []), ...(await needlesOf(db, gathered))])];
  const told = {
    aliases: gathered.ids,
    keepCount: keepCount && before?.keepCount !== false,
    needles,
    state: 'asked' as const,
  };
  const counts = await countsOf(db, gathered, needles);
  const first = { askedAt: new Date(), doneAt: null, event: null, before: counts, after: null };
  const rest = { search: null, sweptAt: null, later: 0 };
  await erasures.updateOne(
    { _id: before?._id ?? call.callId },
    { $set: told, $setOnInsert: { ...first, ...rest } },
    { upsert: true },
  );
  step('erasure_noted');
  return erasures.findOne({ _id: before?._id ?? call.callId });
}

/**
 * Does what is left of an erasure.
 * @param parts what the job works with
 * @param erasure from the ledger
 * @returns as it stands then; `asked` where the projector has not taken it up
 */
export async function carryOn(
  { db, signal }: Pick<JobParts, 'db' | 'signal'>,
  erasure: StoredErasure,
): Promise<StoredErasure> {
  const { _id, needles = [], askedAt } = erasure;
  const erasures = erasuresIn(db);
  const event = await tell(db, erasure);
  await erasures.updateOne({ _id }, { $set: { event } });
  step('erasure_told');
  if (!(await isFolded({ db, signal }, { event, askedAt }))) return { ...erasure, event };
  const gathered = await gather(db, erasure.aliases);
  await scrub(db, gathered, { needles });
  const searched = await search(db, needles, gathered.ids);
  const after = await countsOf(db, gathered, needles);
  const isClean = Object.keys(searched.found).length === 0;
  const done = isClean ? ({ state: 'done', doneAt: new Date() } as const) : {};
  await erasures.updateOne(
    { _id },
    {
      $set: { aliases: gathered.ids, after, search: searched, sweptAt: new Date(), ...done },
      // What was looked for is itself what was said: it goes with the last step.
      ...(isClean && { $unset: { needles: '' } }),
    },
  );
  step('erasure_proved');
  return (await erasures.findOne({ _id })) ?? erasure;
}

/** Appends the event, in the first of the call's parts that the log knows; there already, it is the same one. */
async function tell(db: Db, { _id: callId, aliases, keepCount, event }: StoredErasure): Promise<Binary> {
  const [call] = await (await callsNow(db)).find({ aliases: { $in: aliases }, ...WHOLE }).toArray();
  const [part] = call?.parts ?? [];
  if (part === undefined) {
    if (event !== null) return event;
    throw new Error('a call without parts cannot be erased');
  }
  const { id: partId, witness, firstEventAt: at, endpoints } = part;
  const append = createAppend(db.collection<StoredEvent>('events'));
  const where = { endpoint: endpoints[0] ?? 'default', receivedAt: new Date() };
  const [result] = await append([callErased({ callId, partId, witness, at, keepCount }, where)]);
  if (result === undefined || result instanceof Error)
    throw new Error('appending an erasure', { cause: result });
  return result.id;
}

/** Whether a commit covers the event: from then on calls hold no words of it, whatever still arrives. */
async function isFolded(
  { db, signal }: Pick<JobParts, 'db' | 'signal'>,
  { event, askedAt }: { event: Binary; askedAt: Date },
): Promise<boolean> {
  const updates = db.collection<StoredUpdate>('updates');
  for (const until = performance.now() + WAIT.mostMs; ;) {
    if ((await updates.findOne({ events: event }, { projection: { _id: 1 } })) !== null) return true;
    if (Date.now() - askedAt.getTime() > DAY_MS) return true;
    if (signal.aborted || performance.now() > until) return false;
    await sleep(WAIT.beatMs);
  }
}
