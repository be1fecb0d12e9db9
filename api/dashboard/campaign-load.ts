/** Campaigns over HTTP: read with their live counters, set up, edited and moved from state to state, each write based on a revision. */
import type { Shape } from './client.ts';
import { listOf, textsIn, type Fields } from './fields.ts';
import { fieldsIn } from './overview-load.ts';
import { INVALID_ANSWER, request, type Query, type Signs } from './request.ts';

/** A campaign with its live counters. */
export type Campaign = Shape<'CountedCampaign'>;
/** Two campaigns beside each other: their numbers, and the second less the first. */
export type Comparison = {
  campaigns: { key: string; name: string | null; numbers: Fields }[];
  difference: Fields;
};
/** What may be done with a campaign in a state. */
export type Action = 'start' | 'pause' | 'resume' | 'complete' | 'cancel';
/** What a form says of a campaign. */
export type CampaignForm = {
  name: string;
  key?: string;
  agentId: string | null;
  scheduledAt?: string | null;
  goals: string[];
};

const ROOT = '/api/db/campaigns';
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
  return status in ACTIONS ? ACTIONS[status as Campaign['status']] : [];
}

/** All campaigns, and keys that calls name without one. */
export async function loadCampaigns(
  heard: (signs: Signs) => void,
): Promise<{ campaigns: Campaign[]; unnamed: string[] }> {
  const answer = await request(ROOT);
  heard(answer);
  const data = fieldsIn(answer.data);
  const campaigns = listOf(data.campaigns);
  if (campaigns === null) throw new Error(INVALID_ANSWER);
  return { campaigns: campaigns as unknown as Campaign[], unnamed: textsIn(data.unnamed) };
}

/** One campaign. */
export async function loadCampaign(id: string, heard: (signs: Signs) => void): Promise<Campaign> {
  const answer = await request(`${ROOT}/${encodeURIComponent(id)}`);
  heard(answer);
  return fieldsIn(fieldsIn(answer.data).campaign) as unknown as Campaign;
}

/** Two campaigns over a range. */
export async function loadComparison(ids: readonly [string, string], query: Query): Promise<Comparison> {
  const data = fieldsIn((await request(`${ROOT}/compare`, { query: { ...query, ids: ids.join(',') } })).data);
  const campaigns = (listOf(data.campaigns) ?? []).map((one) => ({
    key: String(one.key),
    name: typeof one.name === 'string' ? one.name : null,
    numbers: fieldsIn(one.numbers),
  }));
  return { campaigns, difference: fieldsIn(data.difference) };
}

/** Sets a campaign up; answers its id. */
export async function createCampaign(form: CampaignForm): Promise<string> {
  const { data } = await request(ROOT, { method: 'POST', json: form });
  return String(fieldsIn(fieldsIn(data).campaign).id);
}

/** Edits a campaign as it was seen. */
export async function editCampaign({ id, revision }: Campaign, change: Partial<CampaignForm>): Promise<void> {
  await request(`${ROOT}/${encodeURIComponent(id)}`, { method: 'PATCH', json: change, ifMatch: revision });
}

/** Moves a campaign on. */
export async function act({ id, revision }: Campaign, action: Action): Promise<void> {
  await request(`${ROOT}/${encodeURIComponent(id)}/${action}`, { method: 'POST', ifMatch: revision });
}

/** Deletes a campaign. */
export async function removeCampaign({ id, revision }: Campaign): Promise<void> {
  await request(`${ROOT}/${encodeURIComponent(id)}`, { method: 'DELETE', ifMatch: revision });
}

/** Gives a campaign its target numbers, from CSV; answers how many were stored, and how many stood there twice. */
export async function uploadTargets(
  { id, revision }: Campaign,
  csv: string,
): Promise<{ stored: number; duplicates: number }> {
  const path = `${ROOT}/${encodeURIComponent(id)}/targets`;
  const data = fieldsIn((await request(path, { method: 'PUT', csv, ifMatch: revision })).data);
  return { stored: Number(data.stored), duplicates: Number(data.duplicates) };
}
