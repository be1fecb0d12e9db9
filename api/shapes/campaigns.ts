/** Campaigns as clients receive them: as set up, with their live counters, two beside each other. Pure. */
import { z } from 'zod';
import { CAMPAIGN_STATUSES } from '../schema.ts';
import { COUNT, INSTANT, TEXT } from './common.ts';
import { HEADLINE } from './rows.ts';

const SET_UP = z.strictObject({
  id: z.string(),
  key: z.string(),
  name: z.string(),
  status: z.enum(CAMPAIGN_STATUSES),
  revision: z.int().min(1),
  agentId: TEXT,
  provider: TEXT,
  scheduledAt: INSTANT.nullable(),
  goals: z.array(z.string()),
  targets: COUNT,
  createdAt: INSTANT,
  updatedAt: INSTANT,
  startedAt: INSTANT.nullable(),
  endedAt: INSTANT.nullable(),
});

/** A campaign as a write answers it. */
export const CAMPAIGN = SET_UP.meta({ id: 'Campaign' });
/** A campaign with its live counters. */
export const COUNTED_CAMPAIGN = SET_UP.extend({
  counters: HEADLINE.extend({ activeCalls: COUNT, queuedCalls: COUNT }).meta({ id: 'CampaignCounters' }),
}).meta({ id: 'CountedCampaign' });
/** A campaign, or a key without one, with its numbers over a range. */
export const COMPARED_CAMPAIGN = z
  .strictObject({ id: TEXT, key: z.string(), name: TEXT, numbers: HEADLINE })
  .meta({ id: 'ComparedCampaign' });
/** A number that a campaign is to call. */
export const TARGET = z
  .string()
  .meta({ description: 'Its last four digits, such as …1234; whole with the scope pii' });
