/** What a route that writes is: a method, a path, a scope, a check of parameters and body, an act. Every one of the list goes through here. */
import Router from '@koa/router';
import type { z } from 'zod';
import { bodyText, checkWrite, jsonIn, type BodyKind } from '../body.ts';
import { funnel } from '../funnel.ts';
import { Refusal } from '../refusal.ts';
import type { Scope, Viewer } from '../scopes.ts';
import { askerOf, type Mountable, type RouteParts } from './route.ts';

/** What was done: `data` of the envelope and headers. */
export type Done = { data: object; headers?: Readonly<Record<string, string>> };

/** What stands in the path and in the body of an example. */
export type WriteExample = { params?: Readonly<Record<string, string>>; body?: unknown };

/** A request that writes, before its check. */
export type WriteRequest = {
  params: Readonly<Record<string, string>>;
  ifMatch: string | undefined;
  body: unknown;
  isSecure: boolean;
};

/** The methods that write. */
export type WriteMethod = 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/**
 * One route that writes; `scope` null needs no key, `body` null takes none. `data` is the shape of what it answers, `status` what
 * it answers with, `needsRevision` that it is based on one; `example` is a request that is answered.
 */
export type WriteRoute = {
  method: WriteMethod;
  path: string;
  data: z.ZodObject;
  status: number;
  needsRevision: boolean;
  example: WriteExample;
  failureText: string;
  scope: Scope | null;
  cost: number;
  kind: BodyKind | null;
  params: z.ZodObject;
  body: z.ZodType | null;
  act(request: WriteRequest, parts: RouteParts, viewer: Viewer): Promise<Done>;
};

/**
 * Makes a route that writes.
 * @param definition method, template, texts, shapes, and what is done with a checked request
 * @returns the route
 */
export function writeRoute<P extends z.ZodObject, B extends z.ZodType>(definition: {
  method: WriteMethod;
  path: string;
  data: z.ZodObject;
  status?: number;
  needsRevision?: boolean;
  example?: WriteExample;
  failureText: string;
  scope: Scope | null;
  cost?: number;
  kind?: BodyKind | null;
  params: P;
  body: B;
  act: (
    request: Omit<WriteRequest, 'params' | 'body'> & { params: z.output<P>; body: z.output<B> },
    parts: RouteParts,
    viewer: Viewer,
  ) => Promise<Done>;
}): WriteRoute {
  const { cost = 5, kind = 'application/json', status = 200, params, body, act, ...rest } = definition;
  const { needsRevision = false, example = {} } = definition;
  return {
    ...{ ...rest, cost, kind, status, needsRevision, example, params, body: kind === null ? null : body },
    act: (request, parts, viewer) =>
      act(
        { ...request, params: checkedBy(params, request.params), body: checkedBy(body, request.body) },
        parts,
        viewer,
      ),
  };
}

/**
 * Mounts routes that write.
 * @param app a Koa app or router
 * @param routes which ones
 * @param parts what they work with
 */
export function mountWriteRoutes(app: Mountable, routes: readonly WriteRoute[], parts: RouteParts): void {
  const router = new Router();
  for (const one of routes)
    router.register(
      one.path,
      [one.method],
      [
        funnel(),
        async (context) => {
          context.state.route = one.path;
          context.state.failureText = one.failureText;
          const { scope, cost, kind } = one;
          const viewer = await parts.access.admit(askerOf(context.req), { scope, cost });
          checkWrite(context.req, parts.access, kind);
          const [stray] = new URLSearchParams(context.querystring).keys();
          if (stray !== undefined) throw new Refusal('A write takes no parameters behind its path');
          const text = kind === null ? null : await bodyText(context.req, kind);
          const body = text === null ? undefined : kind === 'text/csv' ? text : jsonIn(text);
          const { params, headers } = context;
          // TLS ends before us: whoever ends it says so, and a client that lies keeps its own cookie from itself alone.
          const isSecure = context.secure || /^https\b/i.test(context.get('X-Forwarded-Proto'));
          const request = { params, ifMatch: headers['if-match'], body, isSecure };
          const done = await one.act(request, parts, viewer);
          context.status = one.status;
          context.set({ 'Cache-Control': 'no-store', ...done.headers });
          context.body = { success: true, data: done.data, timestamp: new Date().toISOString() };
        },
      ],
    );
  if (app instanceof Router) app.use(router.routes(), router.allowedMethods());
  else app.use(router.routes()).use(router.allowedMethods());
}

function checkedBy<S extends z.ZodType>(shape: S, given: unknown): z.output<S> {
  const result = shape.safeParse(given);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'body' : issue.path.join('.');
  throw new Refusal(`Invalid ${where}: ${issue?.message ?? 'of another shape'}`);
}
