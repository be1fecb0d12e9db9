/** The HTTP side: one Koa app for the API, the metrics and the dashboard's files, with one funnel for every error. */
import cors from '@koa/cors';
import Router from '@koa/router';
import Koa, { type Context, type Next } from 'koa';
import helmet from 'koa-helmet';
import serve from 'koa-static';
import { createServer, type Server } from 'node:http';
import type { Log } from '../ops/process/log.ts';
import { createHot } from './hot.ts';
import { funnel } from './funnel.ts';
import { countRequest, type ApiMetrics } from './metrics.ts';
import { answerUnreadable } from './unreadable.ts';
import { mountAudioRoute } from './routes/audio.ts';
import { registerAnalyticsApiRoutes } from './routes/analytics.ts';
import { mountDocs } from './routes/docs.ts';
import { FILE_ROUTES, FURTHER_ROUTES, READ_ROUTES, WRITE_ROUTES } from './routes/index.ts';
import { askerOf, mountRoutes, type RouteParts } from './routes/route.ts';
import { mountWriteRoutes } from './routes/write-route.ts';

/** What the server is made of; `dashboard` is the folder of the built dashboard. */
export type ServerParts = RouteParts & {
  metrics: ApiMetrics;
  log: Log;
  dashboard: string;
  /** Pages of elsewhere that may read answers. */
  origins: readonly string[];
};

/** Nothing from elsewhere, nothing inline: the dashboard is made so that it needs neither. */
const POLICY = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'"],
  mediaSrc: ["'self'"],
  connectSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};

const SECURITY = {
  contentSecurityPolicy: { useDefaults: false, directives: POLICY },
  // TLS ends before us; whoever ends it says how long to insist on it.
  strictTransportSecurity: false,
} as const;

/** Headers of an answer that pages of elsewhere may read beside the usual ones. */
const EXPOSED = [
  ...['ETag', 'Repr-Digest', 'Content-Disposition', 'Retry-After'],
  ...['Limit', 'Remaining', 'Reset'].map((one) => `RateLimit-${one}`),
  // The first three stand on every answer, the others on files, which have no room for what JSON says in its body.
  ...[
    'As-Of',
    'Lag-Ms',
    'Stale',
    'Sequence',
    'Complete',
    'Source',
    'Reached',
    'Left-Out',
    'Empty-Because',
  ].map((one) => `Callviews-${one}`),
];

/** Bounds against senders that dawdle. Keep-alive above balancers' usual 60 s. */
const TIMEOUTS = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 65_000 };

/** Addresses of the dashboard's pages. */
const PAGES = /^\/(calls|search|campaigns|operations)(\/[^/]*)?\/?$/;

const NOT_BUILT = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>callviews</title>
<p>The dashboard is not built. Run <code>npm run build</code>, then load this page again.</p>
<p>The numbers are under <a href="/api/db/analytics/outcomes">/api/db/analytics</a> all the same.</p>
</html>
`;

/**
 * Builds the server.
 * @param parts repositories, doorkeeper, metrics, log and the dashboard's folder
 * @returns an HTTP server that does not listen yet
 */
export function createApiServer(parts: ServerParts): Server {
  const { access, metrics, log, dashboard, origins } = parts;
  const app = new Koa();
  app.on('error', (error: unknown, context?: Context) => {
    log.error({ err: error, route: context?.state.route as unknown }, 'answering a request');
  });
  app.use(measure(metrics));
  // Before the doorkeeper: a preflight asks without any credentials.
  app.use(
    cors({
      origin: ({ headers: { origin } }) => (origin !== undefined && origins.includes(origin) ? origin : ''),
      allowMethods: ['GET', 'HEAD'],
      allowHeaders: ['Authorization', 'If-None-Match'],
      exposeHeaders: EXPOSED,
      maxAge: 600,
    }),
  );
  app.use(helmet(SECURITY));
  app.use(funnel());
  registerAnalyticsApiRoutes(app, parts);
  mountRoutes(app, FURTHER_ROUTES, parts);
  mountAudioRoute(app, parts);
  mountDocs(app, { reads: READ_ROUTES, writes: WRITE_ROUTES, files: FILE_ROUTES });
  mountWriteRoutes(app, WRITE_ROUTES, parts);
  const pages = new Router();
  pages.get('/metrics', async (context) => {
    context.state.route = '/metrics';
    await access.admit(askerOf(context.req), { scope: 'metrics', cost: 1 });
    context.type = metrics.registry.contentType;
    context.body = await metrics.registry.metrics();
  });
  // The dashboard's pages have addresses of their own; one document serves them all.
  for (const page of ['/', PAGES])
    pages.get(page, (context, next) => {
      context.path = '/';
      return next();
    });
  app.use(pages.routes()).use(pages.allowedMethods());
  app.use(serve(dashboard, { setHeaders: cacheHeaders }));
  app.use((context: Context) => {
    if (context.path !== '/' || !['GET', 'HEAD'].includes(context.method)) return;
    context.type = 'html';
    context.body = NOT_BUILT;
  });
  const answer = app.callback();
  const hot = createHot({ ...parts, security: SECURITY });
  const server = createServer(TIMEOUTS, (request, response) => {
    if (!hot(request, response)) void answer(request, response);
  });
  return server.on('clientError', answerUnreadable);
}

/** Built files carry a hash of their content in their names; the page that names them is asked for each time. */
function cacheHeaders(response: { setHeader(name: string, value: string): unknown }, path: string): void {
  const isHashed = /[\\/]assets[\\/]/.test(path);
  response.setHeader('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
}

function measure({ handles }: ApiMetrics) {
  return async (context: Context, next: Next): Promise<void> => {
    const began = performance.now();
    await next();
    const route: unknown = context.state.route;
    const { method, status } = context;
    const answered = { route: typeof route === 'string' ? route : undefined, method, status };
    countRequest(handles, answered, performance.now() - began);
  };
}
