/** One slice of the calls: as the API filters by it, as rooms are named, as people read it. Pure. */
import type { Slice, SliceBy } from './address.ts';

/** What each slice is called. */
export const SLICE_NAMES: Readonly<Record<SliceBy, string>> = {
  agentId: 'Agent',
  campaignId: 'Campaign',
  provider: 'Provider',
  direction: 'Direction',
  language: 'Language',
};

/** The dimension behind each slice, as breakdowns and rooms name it. */
export const DIMENSIONS: Readonly<Record<SliceBy, string>> = {
  agentId: 'agent',
  campaignId: 'campaign',
  provider: 'provider',
  direction: 'direction',
  language: 'language',
};

/**
 * The filter as parameters.
 * @param slice the slice, or null
 * @returns such as `{agentId: 'a1'}`
 */
export function sliceQuery(slice: Slice | null): Partial<Record<SliceBy, string>> {
  return slice === null ? {} : { [slice.by]: slice.value };
}

/**
 * The slice as rooms are named.
 * @param slice the slice, or null
 * @returns `all`, or such as `agent:a1`
 */
export function sliceRoom(slice: Slice | null): string {
  return slice === null ? 'all' : `${DIMENSIONS[slice.by]}:${slice.value}`;
}

/**
 * The slice as people read it.
 * @param slice the slice
 * @returns such as `Agent a1` or `No campaign`
 */
export function sliceText(slice: Slice): string {
  const name = SLICE_NAMES[slice.by];
  return slice.value === '' ? `No ${name.toLowerCase()}` : `${name} ${slice.value}`;
}
