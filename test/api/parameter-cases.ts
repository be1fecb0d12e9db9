/** For each parameter of each route two requests that differ in it alone, and must be answered differently: whoever ignores it is seen. */
import { FILE_ROUTES, READ_ROUTES, WRITE_ROUTES } from '../../api/routes/index.ts';

/**
 * One case. `among` is what else is asked; `values` are the two of the parameter, null for none. `alike` says why both must be
 * answered alike: the parameter is taken, as on every such route, and has nothing to change.
 */
export type Case = {
  among: Readonly<Record<string, string>>;
  values: readonly [string | null, string];
  alike?: string;
};
export const NEXT = '(the nextCursor of the first)';
export const SEEN = '(the position of an event that is in the views)';
export const SOON = '(the position of an event that gets into the views meanwhile)';
export const FIRST_REVISION = '"1"';

const WAITING: Record<string, Case> = {
  after: { among: {}, values: [null, SEEN] },
  wait: { among: { after: SOON }, values: ['0', '5000'] },
};
const RANGE = { startDate: '2026-03-09', endDate: '2026-03-12' };
const DATES: Record<string, Case> = {
  startDate: { among: { endDate: '2026-03-12' }, values: [null, '2026-03-11'] },
  endDate: { among: { startDate: '2026-03-09' }, values: [null, '2026-03-10'] },
  // A call at half past eleven in the evening in UTC is one of the next day in Berlin.
  timeZone: { among: RANGE, values: [null, 'Europe/Berlin'] },
};
/** Where answers are not by day: the end of the range moves. */
const EDGE: Case = {
  among: { startDate: '2026-03-12', endDate: '2026-03-12' },
  values: [null, 'Europe/Berlin'],
};
const FILTERS: Record<string, Case> = {
  agentId: { among: RANGE, values: [null, 'agent_1'] },
  campaignId: { among: RANGE, values: [null, 'spring'] },
  provider: { among: RANGE, values: [null, 'standard'] },
  direction: { among: RANGE, values: [null, 'inbound'] },
  language: { among: RANGE, values: [null, 'en'] },
};
const COMMON: Record<string, Case> = {
  ...{ ...DATES, ...FILTERS, ...WAITING },
  fill: { among: RANGE, values: [null, 'false'] },
  format: { among: RANGE, values: [null, 'csv'] },
};
/** Of the range as a whole: by no period. */
const WHOLE_RANGE: Record<string, Case> = {
  ...{ ...COMMON, timeZone: EDGE },
  fill: { among: RANGE, values: [null, 'false'], alike: 'alike: it has no periods to fill' },
};
const id: Case = { among: {}, values: ['standard:a', 'standard:b'] };
const PERIOD: Case = { among: RANGE, values: ['day', 'hour'] };
const EXPLAINED = { view: 'outcome', window: 'daily', slice: 'all', at: '2026-03-11T23:30:00Z' };
const explained = (name: keyof typeof EXPLAINED, value: string): Case => {
  const { [name]: first, ...among } = EXPLAINED;
  return { among, values: [first, value] };
};

/** Path of a route → parameter → case. */
export const CASES: Readonly<Record<string, Readonly<Record<string, Case>>>> = {
  '/api/db/analytics/duration/:period': { ...COMMON, period: PERIOD },
  '/api/db/analytics/outcomes': { ...COMMON, period: PERIOD },
  '/api/db/analytics/sentiment': {
    ...WHOLE_RANGE,
    fill: { among: { ...RANGE, period: 'day' }, values: [null, 'false'] },
    period: { among: RANGE, values: [null, 'day'] },
  },
  '/api/db/analytics/summary': WHOLE_RANGE,
  '/api/db/analytics/breakdown/:dimension': {
    ...WHOLE_RANGE,
    dimension: { among: RANGE, values: ['agent', 'campaign'] },
    metric: { among: RANGE, values: [null, 'duration'] },
    top: { among: RANGE, values: [null, '1'] },
  },
  '/api/db/analytics/explain': {
    view: explained('view', 'duration'),
    window: explained('window', 'hourly'),
    slice: explained('slice', 'agent:agent_2'),
    at: explained('at', '2026-03-10T10:00:00Z'),
    limit: { among: EXPLAINED, values: [null, '1'] },
    cursor: { among: { ...EXPLAINED, limit: '1' }, values: [null, NEXT] },
    after: { among: { ...EXPLAINED }, values: [null, SEEN] },
    wait: { among: { ...EXPLAINED, after: SOON }, values: ['0', '5000'] },
  },
  '/api/db/calls': {
    ...{ ...DATES, timeZone: EDGE, ...FILTERS, ...WAITING },
    goal: { among: {}, values: [null, 'success'] },
    sentiment: { among: {}, values: [null, 'negative'] },
    connection: { among: {}, values: [null, 'busy'] },
    status: { among: {}, values: [null, 'queued'] },
    minDurationSeconds: { among: {}, values: [null, '100'] },
    maxDurationSeconds: { among: {}, values: [null, '100'] },
    number: { among: {}, values: [null, '1111'] },
    sort: { among: {}, values: [null, 'startedAt'] },
    limit: { among: {}, values: [null, '1'] },
    cursor: { among: { limit: '1' }, values: [null, NEXT] },
  },
  '/api/db/calls/:id': { id, ...WAITING },
  '/api/db/calls/:id/events': { id, ...WAITING },
  '/api/db/calls/:id/transcript': { id, ...WAITING },
  '/api/db/calls/:id/recording': { id, ...WAITING },
  '/api/db/calls/:id/recording/:sha256': {
    id: { among: { sha256: 'a'.repeat(64) }, values: ['standard:a', 'standard:b'] },
    sha256: { among: { id: 'standard:a' }, values: ['a'.repeat(64), 'b'.repeat(64)] },
  },
  '/api/db/transcripts/search': {
    q: { among: {}, values: ['refund', 'return'] },
    speaker: { among: { q: 'refund' }, values: [null, 'agent'] },
    startDate: { among: { q: 'refund', endDate: '2026-03-12' }, values: [null, '2026-03-11'] },
    endDate: { among: { q: 'refund', startDate: '2026-03-09' }, values: [null, '2026-03-10'] },
    timeZone: { among: { q: 'refund', startDate: '2026-03-12' }, values: [null, 'Europe/Berlin'] },
    limit: { among: { q: 'refund' }, values: [null, '1'] },
    cursor: { among: { q: 'refund', limit: '1' }, values: [null, NEXT] },
    after: { among: { q: 'refund' }, values: [null, SEEN] },
    wait: { among: { q: 'refund', after: SOON }, values: ['0', '5000'] },
  },
  '/api/db/campaigns': {
    limit: { among: {}, values: [null, '1'] },
    cursor: { among: { limit: '1' }, values: [null, NEXT] },
    ...WAITING,
  },
  '/api/db/campaigns/:id': { id: { among: {}, values: ['campaign_1', 'campaign_2'] }, ...WAITING },
  '/api/db/campaigns/:id/targets': {
    id: { among: {}, values: ['campaign_1', 'campaign_2'] },
    limit: { among: {}, values: [null, '1'] },
    cursor: { among: { limit: '1' }, values: [null, NEXT] },
    ...WAITING,
  },
  '/api/db/campaigns/compare': {
    ids: { among: {}, values: ['spring,autumn', 'autumn,spring'] },
    startDate: { among: { ids: 'spring,autumn', endDate: '2026-03-12' }, values: [null, '2026-03-11'] },
    endDate: { among: { ids: 'spring,autumn', startDate: '2026-03-09' }, values: [null, '2026-03-10'] },
    timeZone: { among: { ids: 'spring,autumn', startDate: '2026-03-12' }, values: [null, 'Europe/Berlin'] },
    after: { among: { ids: 'spring,autumn' }, values: [null, SEEN] },
    wait: { among: { ids: 'spring,autumn', after: SOON }, values: ['0', '5000'] },
  },
};

/** Of a write that is based on a revision: who it is of, and which. */
const WRITTEN: Readonly<Record<string, Case>> = {
  id: { among: { 'If-Match': FIRST_REVISION }, values: ['campaign_1', 'nobody'] },
  'If-Match': { among: { id: 'campaign_1' }, values: [FIRST_REVISION, '"9"'] },
};

export type Parameter = { method: string; path: string; name: string; found: Case | undefined };

/** Every parameter of every route, with its case where there is one. */
export const PARAMETERS: readonly Parameter[] = [
  ...READ_ROUTES.map(({ path, input }) => ({
    method: 'GET',
    path,
    names: Object.keys(input.shape),
    cases: CASES[path],
  })),
  ...FILE_ROUTES.map(({ path, params }) => ({
    method: 'GET',
    path,
    names: Object.keys(params.shape),
    cases: CASES[path],
  })),
  ...WRITE_ROUTES.map(({ method, path, params, needsRevision }) => ({
    ...{ method, path, cases: WRITTEN },
    names: [...Object.keys(params.shape), ...(needsRevision ? ['If-Match'] : [])],
  })),
].flatMap(({ method, path, names, cases }) =>
  names.map((name) => ({ method, path, name, found: cases?.[name] })),
);
