/** What a route is, and how its answer is written: envelope, freshness, ETag. Every route of the list goes through here. */
import Router from '@koa/router';
import type Koa from 'koa';
import type { Context } from 'koa';
import type { Db } from 'mongodb';
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { Cache } from '../cache.ts';
import type { Follower } from '../follow.ts';
import { funnel } from '../funnel.ts';
import type { RangeContext } from '../range.ts';
import { quoted, Refusal } from '../refusal.ts';
import type { CallRepository } from '../repositories/call.repository.ts';
import type { Moment } from '../repositories/snapshot.ts';
import type { ViewRepository } from '../repositories/view.repository.ts';

/** What routes answer from; `context` gives the present and the zone of requests that name none. */
export type RouteParts = {
  db: Db;
  views: ViewRepository;
  calls: CallRepository;
  cache: Cache;
  follower: Pick<Follower, 'freshness'>;
  context: () => RangeContext;
};

/**
 * What a route answers: `body` is the envelope's `data`, to which `untagged` is added, what changes at every moment and makes no
 * other answer; `moment` is what it is true at, with the end of the range it covers where it covers one; `source` where its numbers come from.
 */
export type Answer = {
  body: object;
  untagged?: object;
  moment: Moment;
  toMs?: number;
  source: 'views' | 'calls';
};

/** One GET route: template, what a failure is called, and the answer to a checked request. */
export type Route = {
  path: string;
  failureText: string;
  answer(request: RouteRequest, parts: RouteParts): Promise<Answer>;
};

/** A request before its check: path parameters, and the query as sent. */
export type RouteRequest = { params: Readonly<Record<string, string>>; query: URLSearchParams };

/**
 * Makes a route whose parameters are checked first.
 * @param definition template, failure text, the shape of path and query parameters together, and the answer to them
 * @returns the route; a request of another shape is refused with a sentence that names the parameter
 */
export function route<S extends z.ZodObject>(definition: {
  path: string;
  failureText: string;
  input: S;
  answer: (input: z.output<S>, parts: RouteParts) => Promise<Answer>;
}): Route {
  const { path, failureText, input, answer } = definition;
  return { path, failureText, answer: async (request, parts) => answer(checked(input, request), parts) };
}

/** What routes can be mounted on. */
export type Mountable = Koa | Router;

/**
 * Mounts routes.
 * @param app a Koa app or router
 * @param routes which ones
 * @param parts what they answer from
 */
export function mountRoutes(app: Mountable, routes: readonly Route[], parts: RouteParts): void {
  const router = new Router();
  for (const one of routes) {
    router.get(one.path, funnel(), async (context) => {
      context.state.route = one.path;
      context.state.failureText = one.failureText;
      const request = { params: context.params, query: new URLSearchParams(context.querystring) };
      write(context, await one.answer(request, parts), parts.follower);
    });
  }
  if (app instanceof Router) app.use(router.routes(), router.allowedMethods());
  else app.use(router.routes()).use(router.allowedMethods());
}

function checked<S extends z.ZodObject>(input: S, { params, query }: RouteRequest): z.output<S> {
  const given: Record<string, string> = {};
  for (const [name, value] of query) {
    if (Object.hasOwn(given, name)) throw new Refusal(`Parameter ${quoted(name)} is given more than once`);
    if (Object.hasOwn(params, name)) throw new Refusal(`Unknown parameter: ${quoted(name)}`);
    given[name] = value;
  }
  const result = input.safeParse({ ...given, ...params });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue?.code === 'unrecognized_keys') {
    const known = Object.keys(input.shape).filter((name) => !Object.hasOwn(params, name));
    const text = `Unknown parameter: ${quoted(issue.keys[0] ?? '')}`;
    throw new Refusal(known.length === 0 ? text : `${text}. Known are: ${known.join(', ')}`);
  }
  throw new Refusal(`Invalid ${issue?.path.join('.') ?? 'request'}: ${issue?.message ?? 'of another shape'}`);
}

function write(context: Context, answer: Answer, follower: RouteParts['follower']): void {
  const { body, untagged, moment, toMs, source } = answer;
  const asOf = moment.at?.toISOString() ?? null;
  const complete = toMs === undefined || (moment.at !== null && toMs <= moment.at.getTime());
  const openUntil = complete ? null : new Date(toMs).toISOString();
  const { lagMs, isStale } = follower.freshness();
  if (asOf !== null) context.set('Callviews-As-Of', asOf);
  if (lagMs !== null) context.set('Callviews-Lag-Ms', String(lagMs));
  context.set('Callviews-Stale', String(isStale));
  context.set('Cache-Control', 'private, no-cache');
  // Over the rows alone: an answer that differs only in when it was made is the same answer.
  context.set('ETag', `W/"${createHash('sha256').update(JSON.stringify(body)).digest('base64url')}"`);
  context.status = 200;
  if (context.fresh) {
    context.status = 304;
    return;
  }
  const timestamp = new Date().toISOString();
  const freshness = { sequence: moment.sequence, asOf, complete, openUntil, source };
  context.body = { success: true, data: { ...body, ...untagged, freshness }, timestamp };
}
