/** Which Socket.IO rooms there are, and which of them a committed change concerns. Pure. */
import {
  DAY_MS,
  DIMENSIONS,
  VIEW_NAMES,
  WINDOW_NAMES,
  type ChangedHour,
  type Dimension,
  type Slice,
  type ViewName,
  type Window,
} from '../projector/contract.ts';
import { instantIn } from './range.ts';
import { quoted, Refusal } from './refusal.ts';

/** Room of those who see each changed call. */
export const CALLS_ROOM = 'calls_room';
/** Room of those who see each changed campaign. */
export const CAMPAIGNS_ROOM = 'campaigns_room';

/** Where changed transcripts wait until it is known who follows their calls; nobody joins it. */
export const TRANSCRIPTS_ROOM = 'transcripts';

/**
 * Where a followed call waits to be told; each client is told for itself, and nobody joins it.
 * @param callId the id it is followed by
 * @returns the room
 */
export function followedRoom(callId: string): string {
  return `call:${callId}`;
}

/** What a room of a view shows: one view, one window, one slice. */
export type ViewRoom = { view: ViewName; window: Window; slice: Slice };

/**
 * The name of a slice in rooms and payloads.
 * @param slice the slice
 * @returns `all`, or such as `agent:a1`; nothing behind the colon for calls without a value
 */
export function sliceName({ dimension, key }: Slice): string {
  return dimension === 'all' ? 'all' : `${dimension}:${key ?? ''}`;
}

/**
 * The name of a view's room.
 * @param room what it shows
 * @returns the same text for the same room
 */
export function roomName({ view, window, slice }: ViewRoom): string {
  return `view:${view}:${window}:${sliceName(slice)}`;
}

/**
 * Reads what `subscribe:view` asks for.
 * @param payload as sent: `{view, window, slice = 'all'}`
 * @returns the room
 * @throws Refusal that says what is wrong
 */
export function roomAsked(payload: unknown): ViewRoom {
  const asked = typeof payload === 'object' && payload !== null ? payload : {};
  const view = VIEW_NAMES.find((name) => 'view' in asked && asked.view === name);
  if (view === undefined) throw new Refusal(`view must be one of: ${VIEW_NAMES.join(', ')}`);
  const window = WINDOW_NAMES.find((name) => 'window' in asked && asked.window === name);
  if (window === undefined) throw new Refusal(`window must be one of: ${WINDOW_NAMES.join(', ')}`);
  return { view, window, slice: sliceNamed('slice' in asked ? asked.slice : undefined) };
}

/**
 * Reads an instant that is asked for.
 * @param name of the parameter
 * @param text as sent
 * @returns ms since 1970
 * @throws Refusal that says what is wrong
 */
export function instantAsked(name: string, text: unknown): number {
  const ms = typeof text === 'string' ? instantIn(text) : null;
  if (ms === null) throw new Refusal(`${name} must be an ISO instant, such as 2026-11-23T10:00:00Z`);
  return ms;
}

/**
 * The buckets that a changed hour concerns: its own and its day's, in each view.
 * @param hour slice and hour in which buckets changed
 * @returns rooms with the start of the bucket in them
 */
export function bucketsIn(hour: ChangedHour): (ViewRoom & { atMs: number })[] {
  const slice = { dimension: hour.d, key: hour.k };
  const hourMs = hour.at.getTime();
  return VIEW_NAMES.flatMap((view) =>
    WINDOW_NAMES.map((window) => ({
      view,
      window,
      slice,
      atMs: window === 'daily' ? Math.floor(hourMs / DAY_MS) * DAY_MS : hourMs,
    })),
  );
}

/** The longest key that is looked for. */
const LONGEST_KEY = 500;

function sliceNamed(name: unknown): Slice {
  if (name === undefined || name === null || name === 'all') return { dimension: 'all', key: null };
  const match = typeof name === 'string' && name.length <= LONGEST_KEY ? /^([a-z]+):(.*)$/s.exec(name) : null;
  const dimension = DIMENSIONS.find(
    (one): one is Exclude<Dimension, 'all'> => one !== 'all' && one === match?.[1],
  );
  if (dimension === undefined) {
    const forms = DIMENSIONS.filter((one) => one !== 'all').map((one) => `${one}:…`);
    throw new Refusal(
      `Invalid slice: ${quoted(typeof name === 'string' ? name : typeof name)}. Use all, ${forms.join(', ')}`,
    );
  }
  return { dimension, key: match?.[2] || null };
}
