/** Campaigns over HTTP: read with their live counters, set up, edited and moved from state to state, each write based on a revision. */
import type { Ask, Shape } from './document.ts';
import { INVALID_ANSWER, fieldsIn, listOf, numberIn, textIn, textsIn } from './fields.ts';
import type { RangeQuery } from './overview-load.ts';
import { request, type Signs } from './request.ts';

/** A campaign with its live counters. */
export type Campaign = Shape<'CountedCampaign'>;
/** Two campaigns beside each other: their numbers, and the second less the first. */
export type Comparison = {
  campaigns: Shape<'ComparedCampaign'>[];
  difference: Shape<'HeadlineChange'>;
};
/** What may be done with a campaign in a state. */
export type Action = 'start' | 'pause' | 'resume' | 'complete' | 'cancel';
/** What a form says of a campaign. */
export type CampaignForm = NonNullable<Ask<'/api/db/campaigns', 'post'>['json']>;

const ROOT = '/api/db/campaigns';
const ONE = '/api/db/campaigns/{id}';
/** Acts by the state they are for, as the server has them: it is asked all the same, and its refusal shown. */
const ACTIONS: Readonly<Record<Campaign['status'], readonly Action[]>> = {
  draft: ['start', 'cancel'],
  scheduled: ['start', 'cancel'],
  running: ['pause', 'complete', 'cancel'],
  paused: ['resume', 'complete', 'cancel'],
  completed: [],
  canceled: [],
};

/** The acts that a state allows. */
export function actionsFor(status: string): readonly Action[] {
  return Object.hasOwn(ACTIONS, status) ? ACTIONS[status as Campaign['status']] : [];
}

/** The newest campaigns, so many pages of them, whether that is all, and keys that calls name without one. */
export async function loadCampaigns(
  pages: number,
  heard: (signs: Signs) => void,
): Promise<{ campaigns: Campaign[]; isAll: boolean; unnamed: string[] }> {
  const listed: Campaign[] = [];
  let cursor: string | null = null;
  let unnamed: string[] = [];
  for (let page = 0; page < pages && (page === 0 || cursor !== null); page += 1) {
    const answer: Awaited<ReturnType<typeof request<typeof ROOT, 'get'>>> = await request(ROOT, {
      query: { cursor },
    });
    heard(answer);
    const campaigns = listOf(answer.data.campaigns);
    if (campaigns === null) throw new Error(INVALID_ANSWER);
    listed.push(...campaigns);
    cursor = textIn(answer.data, 'nextCursor');
    unnamed = textsIn(answer.data.unnamed);
  }
  return { campaigns: listed, isAll: cursor === null, unnamed };
}

/** One campaign. */
export async function loadCampaign(id: string, heard: (signs: Signs) => void): Promise<Campaign> {
  const answer = await request(ONE, { params: { id } });
  heard(answer);
  return fieldsIn(answer.data.campaign);
}

/** Two campaigns over a range. */
export async function loadComparison(ids: readonly [string, string], query: RangeQuery): Promise<Comparison> {
  const asked = { query: { ...query, ids: ids.join(',') } };
  const { data } = await request('/api/db/campaigns/compare', asked);
  return { campaigns: listOf(data.campaigns) ?? [], difference: fieldsIn(data.difference) };
}

/** A page of a campaign's numbers. */
export async function loadTargets(
  id: string,
  cursor: string | null,
): Promise<{ targets: string[]; nextCursor: string | null }> {
  const { data } = await request(`${ONE}/targets`, { params: { id }, query: { limit: 200, cursor } });
  return { targets: textsIn(data.targets), nextCursor: textIn(data, 'nextCursor') };
}

/** Sets a campaign up; answers its id. */
export async function createCampaign(form: CampaignForm): Promise<string> {
  const { data } = await request(ROOT, { method: 'post', json: form });
  return fieldsIn(data.campaign).id;
}

/** Edits a campaign as it was seen. */
export async function editCampaign({ id, revision }: Campaign, change: Partial<CampaignForm>): Promise<void> {
  await request(ONE, { method: 'patch', params: { id }, json: change, ifMatch: revision });
}

/** Moves a campaign on. */
export async function act({ id, revision }: Campaign, action: Action): Promise<void> {
  await request(`${ONE}/${action}`, { method: 'post', params: { id }, ifMatch: revision });
}

/** Deletes a campaign. */
export async function removeCampaign({ id, revision }: Campaign): Promise<void> {
  await request(ONE, { method: 'delete', params: { id }, ifMatch: revision });
}

/** Gives a campaign its target numbers, from CSV; answers how many were stored, and how many stood there twice. */
export async function uploadTargets(
  { id, revision }: Campaign,
  csv: string,
): Promise<{ stored: number; duplicates: number }> {
  const asked = { method: 'put', params: { id }, csv, ifMatch: revision } as const;
  const { data } = await request(`${ONE}/targets`, asked);
  return { stored: numberIn(data, 'stored') ?? 0, duplicates: numberIn(data, 'duplicates') ?? 0 };
}
