/** Campaigns as they are changed: set up, edited, moved from state to state, given their target numbers, deleted. */
import { z } from 'zod';
import { ACTIONS, revisionAsked, targetsIn, type Action } from '../campaigns.ts';
import { instantIn } from '../range.ts';
import { Refusal } from '../refusal.ts';
import { CAMPAIGN } from '../shapes/campaigns.ts';
import { COUNT } from '../shapes/common.ts';
import { createCampaignWrites, type CampaignWrites } from '../repositories/campaign-write.repository.ts';
import type { StoredCampaign } from '../schema.ts';
import type { Viewer } from '../scopes.ts';
import type { RouteParts } from './route.ts';
import { writeRoute, type Done, type WriteRoute } from './write-route.ts';

const ROOT = '/api/db/campaigns';
const failureText = 'Error changing campaign';
const params = z.strictObject({ id: z.string().max(100, 'is too long') });
const none = z.undefined();
const EXAMPLE = { id: 'campaign_1' };
const ANSWERED = z.strictObject({ campaign: CAMPAIGN });
const words = (most: number) =>
  z
    .string(`must be text of 1 to ${most} characters`)
    .trim()
    .min(1, 'must not be empty')
    .max(most, 'is too long');
const instant = z
  .string('must be a date-time with offset, or null')
  .regex(
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/,
    'must be a date-time with offset',
  )
  // The language's own reading takes the 30th of February for the 2nd of March.
  .refine((text) => instantIn(text) !== null, 'is no such instant')
  .transform((text) => new Date(text));
const FIELDS = {
  key: words(200).optional(),
  agentId: words(500).nullable().optional(),
  provider: words(100).nullable().optional(),
  scheduledAt: instant.nullable().optional(),
  goals: z.array(words(200), 'must be a list of texts').max(20, 'are too many').optional(),
};

/** Writes down who changes what, does it, and shows the outcome with the revision to base the next change on. */
async function changed(
  what: { action: string; id: string },
  { db, audit, viewer }: Pick<RouteParts, 'db' | 'audit'> & { viewer: Viewer },
  write: (writes: CampaignWrites) => Promise<StoredCampaign>,
): Promise<Done> {
  await audit.note(viewer, { act: 'campaign', subject: what.id, details: { action: what.action } });
  const { _id: id, targetSet: _set, ...campaign } = await write(createCampaignWrites(db));
  return { data: { campaign: { id, ...campaign } }, headers: { ETag: `"${campaign.revision}"` } };
}

const create = writeRoute({
  method: 'POST',
  path: ROOT,
  data: ANSWERED,
  status: 201,
  example: { body: { name: 'Spring', key: 'spring', goals: ['an appointment'] } },
  failureText,
  scope: 'campaigns',
  params: z.strictObject({}),
  body: z.strictObject({ ...FIELDS, name: words(200) }),
  act: ({ body }, parts, viewer) =>
    changed({ action: 'create', id: body.key ?? '' }, { ...parts, viewer }, (writes) => writes.create(body)),
});

const edit = writeRoute({
  method: 'PATCH',
  path: `${ROOT}/:id`,
  data: ANSWERED,
  needsRevision: true,
  example: { params: EXAMPLE, body: { name: 'Spring and summer' } },
  failureText,
  scope: 'campaigns',
  params,
  body: z.strictObject({ ...FIELDS, name: words(200).optional() }),
  act: ({ params: { id }, body: { name, ...fields }, ifMatch }, parts, viewer) => {
    const given = { ...fields, ...(name !== undefined && { name }) };
    if (Object.values(given).every((value) => value === undefined))
      throw new Refusal('Nothing is to be changed: name a field');
    const revision = revisionAsked(ifMatch);
    return changed({ action: 'edit', id }, { ...parts, viewer }, (writes) =>
      writes.change(id, revision, given),
    );
  },
});

const remove = writeRoute({
  method: 'DELETE',
  path: `${ROOT}/:id`,
  data: z.strictObject({ deleted: z.string() }),
  needsRevision: true,
  example: { params: EXAMPLE },
  failureText,
  scope: 'campaigns',
  kind: null,
  params,
  body: none,
  async act({ params: { id }, ifMatch }, { db, audit }, viewer) {
    const revision = revisionAsked(ifMatch);
    await audit.note(viewer, { act: 'campaign', subject: id, details: { action: 'delete' } });
    await createCampaignWrites(db).remove(id, revision);
    return { data: { deleted: id } };
  },
});

const retarget = writeRoute({
  method: 'PUT',
  path: `${ROOT}/:id/targets`,
  data: ANSWERED.extend({ stored: COUNT, duplicates: COUNT }),
  needsRevision: true,
  example: { params: EXAMPLE, body: 'number\n+4930111111\n+4930222222\n' },
  failureText: 'Error storing target numbers',
  scope: 'campaigns',
  cost: 20,
  kind: 'text/csv',
  params,
  body: z.string(),
  async act({ params: { id }, body, ifMatch }, parts, viewer) {
    const revision = revisionAsked(ifMatch);
    const { numbers, duplicates } = targetsIn(body);
    const done = await changed({ action: 'targets', id }, { ...parts, viewer }, (writes) =>
      writes.retarget(id, revision, numbers),
    );
    return { ...done, data: { ...done.data, stored: numbers.length, duplicates } };
  },
});

const actions = (Object.keys(ACTIONS) as Action[]).map((action) =>
  writeRoute({
    method: 'POST',
    path: `${ROOT}/:id/${action}`,
    data: ANSWERED,
    needsRevision: true,
    example: { params: EXAMPLE },
    failureText,
    scope: 'campaigns',
    kind: null,
    params,
    body: none,
    act: ({ params: { id }, ifMatch }, parts, viewer) => {
      const revision = revisionAsked(ifMatch);
      return changed({ action, id }, { ...parts, viewer }, (writes) => writes.act(id, revision, action));
    },
  }),
);

/** The routes of this file. */
export const CAMPAIGN_WRITES: readonly WriteRoute[] = [create, edit, remove, retarget, ...actions];
