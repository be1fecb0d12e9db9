/** Reads calls, and by the names callers know also the statistics that their views hold. */
import type { Db, Filter } from 'mongodb';
import { WHOLE, type MergedCall, type StoredCall, type ViewName } from '../../projector/contract.ts';
import { distributionOf, rowsOf, type Row } from '../combine.ts';
import { disagreementsOf, type Disagreement } from '../disagreements.ts';
import { periodNamed, rangeOf, spansIn, type RangeContext } from '../range.ts';
import { isCall, wellFormed } from '../malformed.ts';
import { shownCall, shownParts, type ShownCall, type ShownPart } from '../shown-call.ts';
import { ACTIVE, pageOf, type CallPage, type PageQuestion } from './call-list.ts';
import { eventsOf, inTime, type ShownEvent } from './event.repository.ts';
import { atOneMoment, type Moment, type Snapshot } from './snapshot.ts';
import { variantsOf, type ShownVariants } from './variant.repository.ts';
import type { EmptyBecause, ViewRepository } from './view.repository.ts';

/** What the reads of calls are made of; `context` gives the present and the zone that dates are read in. */
export type CallRepositoryParts = { db: Db; views: ViewRepository; context: () => RangeContext };

/** A call that became part of another: `mergedInto` is where its story goes on. */
export type ShownMerge = { callId: string; mergedInto: string; revision: number };

/** All events of a call, what they do not agree in, and bodies that came under the id of another. */
export type EventsTold = {
  callId: string;
  events: ShownEvent[];
  isWhole: boolean;
  disagreements: Disagreement[];
  variants: ShownVariants[];
};

/** The reads of calls. Each throws DatabaseAway where the database cannot be asked. */
export type CallRepository = {
  /** Rows of the duration view; dates as in the API's query, null for its defaults. */
  getCallDurationStats(period: string, startDate: string | null, endDate: string | null): Promise<Row[]>;
  /** Rows of the outcome view. */
  getCallOutcomeStats(startDate: string | null, endDate: string | null, period?: string): Promise<Row[]>;
  /** The distribution of sentiment over a whole range. */
  getSentimentDistribution(
    startDate: string | null,
    endDate: string | null,
  ): Promise<ReturnType<typeof distributionOf>>;
  /** Calls that ring or are in progress, newest first. */
  getActiveCalls(): Promise<ShownCall[]>;
  /** The calls that started last, newest first. */
  getRecentCalls(limit: number): Promise<ShownCall[]>;
  /** The active calls with the moment they are true at. */
  active(): Promise<{ moment: Moment; calls: ShownCall[] }>;
  /** A page of calls, those without a start last; `emptyBecause` is null save where the first page is the last and empty. */
  page(
    question: PageQuestion & { numbers?: boolean },
  ): Promise<CallPage<ShownCall> & { moment: Moment; emptyBecause: EmptyBecause }>;
  /** One call with its parts, by any id it was ever known by; null where nobody spoke of it. Numbers whole where asked for. */
  byId(
    id: string,
    numbers?: boolean,
  ): Promise<{ moment: Moment; call: (ShownCall & { parts: ShownPart[] }) | null }>;
  /** The events of a call in the order of their times, by any of its ids; null where nobody spoke of it. */
  events(id: string, numbers: boolean): Promise<{ moment: Moment; told: EventsTold | null }>;
};

/**
 * Makes the reads of calls.
 * @param parts database, views, present and zone
 * @returns the reads
 */
export function createCallRepository({ db, views, context }: CallRepositoryParts): CallRepository {
  const stats = async (view: ViewName, asked: { period: string; dates: Dates }): Promise<Row[]> => {
    const period = periodNamed(asked.period);
    const spans = spansIn(period, rangeOf(period, asked.dates, context()));
    const { cells, moment } = await views.read({ views: [view], filters: [], spans });
    return rowsOf(view, { spans, cells: cells[view], asOfMs: moment.at?.getTime() ?? null });
  };
  const active: CallRepository['active'] = () =>
    atOneMoment(db, async (snapshot) => ({ moment: snapshot.moment, calls: await activeCalls(snapshot) }));
  return {
    active,
    getActiveCalls: async () => (await active()).calls,
    getCallDurationStats: (period, startDate, endDate) =>
      stats('duration', { period, dates: datesOf(startDate, endDate) }),
    getCallOutcomeStats: (startDate, endDate, period = 'day') =>
      stats('outcome', { period, dates: datesOf(startDate, endDate) }),
    async getSentimentDistribution(startDate, endDate) {
      const { fromMs, toMs } = rangeOf('day', datesOf(startDate, endDate), context());
      const spans = [{ label: '', startMs: fromMs, endMs: toMs }];
      const { cells } = await views.read({ views: ['sentiment'], filters: [], spans });
      return distributionOf(cells.sentiment[0] ?? {});
    },
    getRecentCalls: (limit) => atOneMoment(db, (snapshot) => recentCalls(snapshot, limit)),
    page: ({ numbers = false, ...question }) =>
      atOneMoment(db, async (snapshot) => {
        const { calls, next } = await pageOf(snapshot, question);
        const isEmpty = calls.length === 0 && next === null && question.after === null;
        const emptyBecause = isEmpty ? await reasonOf(snapshot, question) : null;
        return { moment: snapshot.moment, calls: showAll(snapshot, calls, numbers), next, emptyBecause };
      }),
    events: (id, numbers) =>
      atOneMoment(db, async (snapshot) => {
        const { moment } = snapshot;
        const stored = await callKnownBy(snapshot, id);
        if (stored === null) return { moment, told: null };
        const { byPart, isWhole } = await eventsOf(snapshot, stored.parts, { most: MOST_EVENTS, numbers });
        const events = [...byPart.values()].flat().sort(inTime);
        const disagreements = disagreementsOf(stored, events);
        const variants = await variantsOf(snapshot, events, numbers);
        return { moment, told: { callId: stored.callId, events, isWhole, disagreements, variants } };
      }),
    byId: (id, numbers = false) =>
      atOneMoment(db, async (snapshot) => {
        const { moment, revision } = snapshot;
        const stored = await callKnownBy(snapshot, id);
        if (stored === null) return { moment, call: null };
        const call = {
          ...shownCall(stored, revision(stored), numbers),
          parts: shownParts(stored.parts, numbers),
        };
        return { moment, call };
      }),
  };
}

/**
 * The active calls at a moment.
 * @param snapshot the moment
 * @returns newest first, {@link MOST_ACTIVE} at most
 */
export function activeCalls(snapshot: Snapshot): Promise<ShownCall[]> {
  return listed(snapshot, ACTIVE, MOST_ACTIVE);
}

/**
 * The calls that started last, at a moment.
 * @param snapshot the moment
 * @param limit how many at most
 * @returns newest first
 */
export function recentCalls(snapshot: Snapshot, limit: number): Promise<ShownCall[]> {
  return listed(snapshot, { ...WHOLE, startedAt: { $type: 'date' } }, limit);
}

/**
 * Calls by id at a moment, for pushes.
 * @param snapshot the moment
 * @param ids ids of calls
 * @returns those that are stored; one that became part of another says so
 */
export async function callsNamed(
  snapshot: Snapshot,
  ids: readonly string[],
): Promise<(ShownCall | ShownMerge)[]> {
  const { session, collection, revision } = snapshot;
  const stored = await collection<StoredCall | MergedCall>('calls')
    .find({ _id: { $in: [...ids] } }, { session, projection: WITHOUT_PARTS })
    .batchSize(ids.length)
    .toArray();
  return wellOf(snapshot, stored).map((one) =>
    'mergedInto' in one
      ? { callId: one._id, mergedInto: one.mergedInto, revision: revision(one) }
      : shownCall(one, revision(one)),
  );
}

/**
 * A call by any id it was ever known by: those of calls that were joined to it are among its aliases.
 * @param snapshot the moment to read at
 * @param id as somebody knows it
 * @returns the call, or null where nobody spoke of it
 */
export async function callKnownBy(snapshot: Snapshot, id: string): Promise<StoredCall | null> {
  const { session, collection } = snapshot;
  const stored = await collection<StoredCall>('calls').findOne({ aliases: id, ...WHOLE }, { session });
  return wellOf(snapshot, stored === null ? [] : [stored])[0] ?? null;
}

function wellOf<T extends { _id: string }>({ moment }: Snapshot, stored: readonly T[]): T[] {
  const isWell = (row: unknown): boolean =>
    (typeof row === 'object' && row !== null && 'mergedInto' in row) || isCall(row);
  return wellFormed(stored, isWell, { from: 'calls', to: moment.leftOut });
}

/** More would be no list for people, and a message of megabytes; the count beside it is exact. */
const MOST_ACTIVE = 2_000;
/** A call of more events than this is shown without the rest of them. */
const MOST_EVENTS = 1_000;
const WITHOUT_PARTS = { parts: 0 };

function showAll(
  snapshot: Snapshot,
  stored: readonly (Omit<StoredCall, 'parts'> & { parts?: unknown })[],
  numbers = false,
): ShownCall[] {
  return wellOf(snapshot, stored).map((one) => shownCall(one, snapshot.revision(one), numbers));
}

type Dates = { startDate?: string; endDate?: string };

function datesOf(startDate: string | null, endDate: string | null): Dates {
  return { ...(startDate !== null && { startDate }), ...(endDate !== null && { endDate }) };
}

async function listed(snapshot: Snapshot, filter: Filter<StoredCall>, limit: number): Promise<ShownCall[]> {
  const { session, collection } = snapshot;
  const stored = await collection<StoredCall>('calls')
    .find(filter, { session, projection: WITHOUT_PARTS })
    .sort({ startedAt: -1, _id: -1 })
    .limit(limit)
    .batchSize(limit + 1)
    .toArray();
  return showAll(snapshot, stored);
}

async function reasonOf(snapshot: Snapshot, { filters }: PageQuestion): Promise<EmptyBecause> {
  const all = { slices: [], range: filters.range, fields: {} };
  const { calls } = await pageOf(snapshot, { filters: all, order: 'newest', limit: 1, after: null });
  return calls.length > 0 ? 'filtered_out' : 'no_calls';
}
