/** What a route is: a path, a check of what is asked, an answer. Every route of the list goes through here. */
import Router from '@koa/router';
import type Koa from 'koa';
import type { Db } from 'mongodb';
import type { z } from 'zod';
import type { IncomingMessage } from 'node:http';
import type { Access, Asker } from '../access.ts';
import type { AuditLog } from '../audit-log.ts';
import type { Answers, Standing } from '../answers.ts';
import type { Cache } from '../cache.ts';
import type { Follower } from '../follow.ts';
import { funnel } from '../funnel.ts';
import type { LeftOut } from '../malformed.ts';
import type { RangeContext } from '../range.ts';
import { quoted, Refusal } from '../refusal.ts';
import type { CallRepository } from '../repositories/call.repository.ts';
import type { CampaignRepository } from '../repositories/campaign.repository.ts';
import type { TranscriptRepository } from '../repositories/transcript.repository.ts';
import type { ViewRepository } from '../repositories/view.repository.ts';
import type { Scope, Viewer } from '../scopes.ts';
import type { WaitRoom } from '../wait-room.ts';
import { finish, type Answer, type Finished } from './finish.ts';
import { write } from './write.ts';

/** What routes answer from; `context` gives the present and the zone of requests that name none. */
export type RouteParts = {
  db: Db;
  views: ViewRepository;
  calls: CallRepository;
  transcripts: TranscriptRepository;
  campaigns: CampaignRepository;
  cache: Cache;
  answers: Answers;
  access: Access;
  audit: AuditLog;
  waitRoom: Pick<WaitRoom, 'reached'>;
  follower: Pick<Follower, 'freshness'>;
  context: () => RangeContext;
  /** Told of rows that an answer left out. */
  tellLeftOut: (leftOut: LeftOut) => void;
};

/**
 * One GET route: template, what a failure is called, the scope it needs, what it costs in units of a usual request, and the answer
 * to a checked request. `data` is the shape of what it answers, freshness apart; `example` a request that is answered where calls are;
 * `isKept`: its answers are kept until a commit touches them.
 */
export type Route = {
  path: string;
  data: z.ZodObject;
  example: Readonly<Record<string, string>>;
  failureText: string;
  isKept: boolean;
  scope: Scope;
  cost: number;
  input: z.ZodObject;
  answer(request: RouteRequest, parts: RouteParts, viewer: Viewer): Promise<Answer>;
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
  data: z.ZodObject;
  example?: Readonly<Partial<Record<keyof z.input<S>, string>>>;
  failureText: string;
  isKept?: boolean;
  scope?: Scope;
  cost?: number;
  input: S;
  answer: (input: z.output<S>, parts: RouteParts, viewer: Viewer) => Promise<Answer>;
}): Route {
  const { path, data, example = {}, failureText, isKept = false, scope = 'read', cost = 1 } = definition;
  const { input, answer } = definition;
  return {
    ...{ path, data, example, failureText, isKept, scope, cost, input },
    answer: async (request, parts, viewer) => answer(checked(input, request), parts, viewer),
  };
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
      const { scope, cost } = one;
      const viewer = await parts.access.admit(askerOf(context.req), { scope, cost });
      const request = { params: context.params, query: new URLSearchParams(context.querystring), viewer };
      await write(
        context,
        await standingOf(one, { ...request, address: context.url }, parts),
        parts.follower.freshness(),
      );
    });
  }
  if (app instanceof Router) app.use(router.routes(), router.allowedMethods());
  else app.use(router.routes()).use(router.allowedMethods());
}

/**
 * Who asks.
 * @param request as node:http has it
 * @returns its headers and the address of its connection
 */
export function askerOf({ headers, socket }: IncomingMessage): Asker {
  return { headers, address: socket.remoteAddress ?? 'unknown' };
}

/** The answer to a request, kept or made; who waits for an event of theirs gets one made after it. */
async function standingOf(
  one: Route,
  { address, viewer, ...request }: RouteRequest & { address: string; viewer: Viewer },
  parts: RouteParts,
): Promise<Standing> {
  const { answers, follower } = parts;
  const format = request.query.get('format');
  // Who takes rows away is written down, before they go; a form that does not exist is refused further on.
  if (format === 'csv' || format === 'ndjson')
    await parts.audit.note(viewer, { act: 'export', subject: one.path, details: { format } });
  const made = async (): Promise<Finished> => {
    const answer = await one.answer(request, parts, viewer);
    parts.tellLeftOut(answer.moment.leftOut);
    return finish(answer, { route: one.path, isStale: follower.freshness().isStale });
  };
  if (one.isKept && !request.query.has('after')) return answers.answer(address, made);
  const finished = await made();
  answers.given(finished.moment.sequence);
  return { finished, at: finished.moment.at, mustBeStale: false };
}

function checked<S extends z.ZodObject>(input: S, { params, query }: RouteRequest): z.output<S> {
  const given: Record<string, string> = {};
  for (const [name, value] of query) {
    // Asked of the list itself: a name such as __proto__ would not even become a field of `given`.
    if (!Object.hasOwn(input.shape, name) || Object.hasOwn(params, name)) throw unknown(input, name, params);
    if (Object.hasOwn(given, name)) throw new Refusal(`Parameter ${quoted(name)} is given more than once`);
    given[name] = value;
  }
  const result = input.safeParse({ ...given, ...params });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Refusal(`Invalid ${issue?.path.join('.') ?? 'request'}: ${issue?.message ?? 'of another shape'}`);
}

function unknown(input: z.ZodObject, name: string, params: RouteRequest['params']): Refusal {
  const known = Object.keys(input.shape).filter((one) => !Object.hasOwn(params, one));
  const text = `Unknown parameter: ${quoted(name)}`;
  return new Refusal(known.length === 0 ? text : `${text}. Known are: ${known.join(', ')}`);
}
