/** The page's address, read and written: which page, which range, period, zone and slice, and what each page adds. A link shows the same. Pure. */

/** The pages. */
export const PAGES = ['overview', 'calls', 'search', 'campaigns', 'operations'] as const;
/** One of {@link PAGES}. */
export type PageName = (typeof PAGES)[number];
/** What rows may be divided into. */
export const PERIODS = ['hour', 'day', 'week', 'month'] as const;
/** One of {@link PERIODS}. */
export type Period = (typeof PERIODS)[number];
/** Ranges with a name; all but `yesterday` end with the period that is still open. */
export const PRESETS = ['today', 'yesterday', '24h', '7d', '30d', '90d', '12m'] as const;
/** One of {@link PRESETS}. */
export type Preset = (typeof PRESETS)[number];
/** What a slice can be by, as the API names its filters. */
export const SLICES = ['agentId', 'campaignId', 'provider', 'direction', 'language'] as const;
/** One of {@link SLICES}. */
export type SliceBy = (typeof SLICES)[number];

/** A range by name, or from and to as ISO dates (both included) or instants (the end excluded). */
export type Span = { preset: Preset } | { from: string; to: string };
/** One slice; an empty value means the calls that have none. */
export type Slice = { by: SliceBy; value: string };
/**
 * An address. `id` is the call or campaign a page is about; `period` null is the one that suits the range; `zone` null is the
 * reader's; `more` are parameters that one page alone understands.
 */
export type Address = {
  page: PageName;
  id: string | null;
  span: Span;
  period: Period | null;
  zone: string | null;
  slice: Slice | null;
  compare: boolean;
  more: Readonly<Record<string, string>>;
};

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;
const DEFAULT: Preset = '24h';

/**
 * Reads an address.
 * @param path such as `/calls/elevenlabs:conv_1`
 * @param search such as `?range=7d&zone=Europe/Berlin`
 * @returns the address; what is not understood is left at its default, so that no link leads nowhere
 */
export function readAddress(path: string, search: string): Address {
  const [name = '', ...rest] = path.split('/').filter((part) => part !== '');
  const query = new URLSearchParams(search);
  const taken = (key: string): string | null => {
    const value = query.get(key);
    query.delete(key);
    return value;
  };
  const page = PAGES.find((one) => one === name) ?? 'overview';
  const by = SLICES.find((one) => query.has(one));
  const slice = by === undefined ? null : { by, value: taken(by) ?? '' };
  for (const one of SLICES) query.delete(one);
  return {
    page,
    id: page === 'overview' || rest.length === 0 ? null : decoded(rest.join('/')),
    span: spanOf(taken('range'), taken('from'), taken('to')),
    period: named(PERIODS, taken('period')),
    zone: zoneOf(taken('zone')),
    slice,
    compare: taken('compare') !== 'off',
    more: Object.fromEntries(query),
  };
}

/**
 * Writes an address.
 * @param address any
 * @returns path and query; what is at its default leaves no trace
 */
export function hrefOf({ page, id, span, period, zone, slice, compare, more }: Address): string {
  const query = new URLSearchParams();
  if (!('preset' in span)) {
    query.set('from', span.from);
    query.set('to', span.to);
  } else if (span.preset !== DEFAULT) query.set('range', span.preset);
  if (period !== null) query.set('period', period);
  if (zone !== null) query.set('zone', zone);
  if (slice !== null) query.set(slice.by, slice.value);
  if (!compare) query.set('compare', 'off');
  for (const [key, value] of Object.entries(more)) query.set(key, value);
  const path =
    page === 'overview'
      ? '/'
      : `/${page}${id === null ? '' : `/${encodeURIComponent(id).replaceAll('%3A', ':')}`}`;
  // Colons and slashes stand in zones, ids and instants, and are fine in a query.
  const text = query.toString().replaceAll('%3A', ':').replaceAll('%2F', '/');
  return text === '' ? path : `${path}?${text}`;
}

/**
 * The address of another page with the same range, zone and slice.
 * @param from where the reader is
 * @param to the page, what it is about, and parameters of its own
 * @returns the address
 */
export function addressOn(
  from: Address,
  to: { page: PageName; id?: string; more?: Readonly<Record<string, string>>; span?: Span },
): Address {
  return { ...from, page: to.page, id: to.id ?? null, more: to.more ?? {}, span: to.span ?? from.span };
}

/**
 * The address with parameters of its page changed.
 * @param from where the reader is
 * @param change new values; null and empty take one away
 * @returns the address
 */
export function addressWith(from: Address, change: Readonly<Record<string, string | null>>): Address {
  const more = Object.entries({ ...from.more, ...change });
  return {
    ...from,
    more: Object.fromEntries(more.filter((one): one is [string, string] => one[1] !== null && one[1] !== '')),
  };
}

function spanOf(preset: string | null, from: string | null, to: string | null): Span {
  if (isMoment(from) && isMoment(to) && Date.parse(from) <= Date.parse(to)) return { from, to };
  return { preset: named(PRESETS, preset) ?? DEFAULT };
}

function isMoment(text: string | null): text is string {
  return text !== null && (DATE.test(text) || INSTANT.test(text)) && !Number.isNaN(Date.parse(text));
}

function named<T extends string>(names: readonly T[], text: string | null): T | null {
  return names.find((one) => one === text) ?? null;
}

function zoneOf(text: string | null): string | null {
  if (text === null) return null;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    // No such zone: the reader's own is shown instead.
    return null;
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign: the id as it stands.
    return text;
  }
}
