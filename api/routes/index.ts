/** The list of routes: what stands here is mounted, checked and counted. */
import { ANALYTICS_ROUTES } from './analytics.ts';
import { BREAKDOWN_ROUTES } from './breakdown.ts';
import { CALL_ROUTES } from './calls.ts';
import type { Route } from './route.ts';
import { DOCS_PATHS } from './docs.ts';
import { EXPLAIN_ROUTES } from './explain.ts';
import { SESSION_ROUTES } from './session.ts';
import { STATUS_ROUTES } from './status.ts';
import { SUMMARY_ROUTES } from './summary.ts';
import { CAMPAIGN_ROUTES } from './campaigns.ts';
import { CAMPAIGN_WRITES } from './campaign-writes.ts';
import { AUDIO_ROUTE, type FileRoute } from './audio.ts';
import { TRANSCRIPT_ROUTES } from './transcripts.ts';
import type { WriteRoute } from './write-route.ts';

/** All routes beside those of `analytics.ts`, which has a function of its own to mount them. */
export const FURTHER_ROUTES: readonly Route[] = [
  ...SUMMARY_ROUTES,
  ...BREAKDOWN_ROUTES,
  ...EXPLAIN_ROUTES,
  ...CALL_ROUTES,
  ...TRANSCRIPT_ROUTES,
  ...CAMPAIGN_ROUTES,
  ...STATUS_ROUTES,
];

/** All routes that write. */
export const WRITE_ROUTES: readonly WriteRoute[] = [...SESSION_ROUTES, ...CAMPAIGN_WRITES];

/** All routes that read. */
export const READ_ROUTES: readonly Route[] = [...ANALYTICS_ROUTES, ...FURTHER_ROUTES];

/** All routes that answer the bytes of a file. */
export const FILE_ROUTES: readonly FileRoute[] = [AUDIO_ROUTE];

/** The path templates of all routes, as metrics name them. */
export const ROUTE_PATHS: readonly string[] = [
  ...new Set([...READ_ROUTES, ...FILE_ROUTES, ...WRITE_ROUTES].map(({ path }) => path)),
  ...Object.values(DOCS_PATHS),
  '/metrics',
];
