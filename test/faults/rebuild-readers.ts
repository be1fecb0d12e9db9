/** Readers who poll the views while versions are built, flipped and taken back, and what each of their answers must have been. */
import type { Db } from 'mongodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { shownCells } from '../../api/cells.ts';
import { flatCells } from '../../projector/views/cells.ts';
import { createViewRepository, type ViewAnswer } from '../../api/repositories/view.repository.ts';
import type { TailedEvent } from '../../ingest/contract.ts';
import type { StoredUpdate } from '../../projector/documents.ts';
import { recountEvents } from '../oracle/oracle.ts';

/** What a reader was told: at which sequence, and the cells of all three views. */
export type Told = { sequence: number; cells: Record<string, Record<string, number>> };

const BEAT_MS = 50;
const VIEWS = ['duration', 'outcome', 'sentiment'] as const;
const DAYS = { startMs: Date.parse('2026-11-01T00:00:00Z'), endMs: Date.parse('2026-11-04T00:00:00Z') };

/**
 * Polls all calls of three days, read as the API reads them, until stopped.
 * @param db the database
 * @returns how to stop, which gives what was told
 */
export function openReader(db: Db): { stop(): Promise<Told[]> } {
  const views = createViewRepository(db);
  const told: Told[] = [];
  const state = { running: true };
  const done = (async () => {
    while (state.running) {
      const answer = await views.read({ views: VIEWS, filters: [], spans: [{ label: '', ...DAYS }] });
      told.push({ sequence: answer.moment.sequence, cells: cellsOf(answer) });
      await sleep(BEAT_MS);
    }
    return told;
  })();
  return {
    stop() {
      state.running = false;
      return done;
    },
  };
}

function cellsOf({ cells }: ViewAnswer): Told['cells'] {
  return Object.fromEntries(VIEWS.map((view) => [view, shownCells(flatCells(cells[view][0] ?? {}))]));
}

/**
 * What must have been told at some sequences, by a recount of the events that the updates up to there list.
 * @param db the database, with every update still held
 * @param sequences which
 * @param planted how many calls too many each view of the first version has
 */
export async function truthAt(db: Db, sequences: readonly number[], planted: number): Promise<Told[]> {
  const updates = await db.collection<StoredUpdate>('updates').find().sort({ _id: 1 }).toArray();
  const events = await db.collection<TailedEvent>('events').find().toArray();
  const byId = new Map(events.map((event) => [event._id.toString('hex'), event]));
  return sequences.map((sequence) => {
    const held = updates.filter(({ _id }) => _id <= sequence);
    const flips = held.filter(({ all }) => all === true).length;
    const log = held.flatMap((update) => update.events.flatMap((id) => byId.get(id.toString('hex')) ?? []));
    const cells: Told['cells'] = { duration: {}, outcome: {}, sentiment: {} };
    for (const [name, bucket] of recountEvents(log).buckets) {
      const [view = '', window, dimension] = JSON.parse(name) as string[];
      if (window === 'daily' && dimension === 'all') addTo(cells[view] ?? {}, bucket);
    }
    // Every flip goes to the other version; the first is in use before any.
    if (flips % 2 === 0) for (const view of VIEWS) addTo(cells[view] ?? {}, new Map([['calls', planted]]));
    return { sequence, cells: Object.fromEntries(VIEWS.map((view) => [view, ordered(cells[view] ?? {})])) };
  });
}

function addTo(sum: Record<string, number>, cells: ReadonlyMap<string, unknown>): void {
  for (const [path, count] of cells) sum[path] = (sum[path] ?? 0) + Number(count);
}

function ordered(cells: Record<string, number>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(cells)
      .filter(([, count]) => count !== 0)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
