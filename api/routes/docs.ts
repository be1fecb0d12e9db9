/** The API's document as it is served: as JSON, and as a page without script that people read. */
import Router from '@koa/router';
import { createHash } from 'node:crypto';
import type { Json } from '../openapi-schemas.ts';
import { documentOf, type RouteLists } from '../openapi.ts';
import type { Mountable } from './route.ts';
import { isHeld } from './write.ts';

/** Where the document and its page are. */
export const DOCS_PATHS = { document: '/api/openapi.json', page: '/docs' } as const;

/**
 * Mounts both; they need no key, since they say nothing of anybody's calls.
 * @param app a Koa app or router
 * @param lists all routes
 */
export function mountDocs(app: Mountable, lists: RouteLists): void {
  const document = documentOf(lists);
  const bodies = {
    [DOCS_PATHS.document]: { type: 'application/json; charset=utf-8', text: JSON.stringify(document) },
    [DOCS_PATHS.page]: { type: 'text/html; charset=utf-8', text: pageOf(document) },
  };
  const router = new Router();
  for (const [path, { type, text }] of Object.entries(bodies)) {
    const etag = `"${createHash('sha256').update(text).digest('base64url')}"`;
    router.get(path, (context) => {
      context.state.route = path;
      context.set({ ETag: etag, 'Cache-Control': 'no-cache', 'Content-Type': type });
      context.status = isHeld(context.headers, etag) ? 304 : 200;
      if (context.status === 200) context.body = text;
    });
  }
  if (app instanceof Router) app.use(router.routes(), router.allowedMethods());
  else app.use(router.routes()).use(router.allowedMethods());
}

/** The path and query of the document's example. */
function exampleOf(path: string, { parameters }: Json): string {
  const given = (parameters as { name: string; in: string; example?: string }[]).filter(
    ({ example }) => example !== undefined,
  );
  const query = new URLSearchParams();
  let filled = path;
  for (const { name, in: where, example = '' } of given)
    if (where === 'path') filled = filled.replace(`{${name}}`, encodeURIComponent(example));
    else if (where === 'query') query.set(name, example);
  const text = `${filled}${query.size === 0 ? '' : `?${query.toString()}`}`;
  return text.replaceAll('&', '&amp;');
}

/** One section an operation: its parameters, its scope, its answers. */
function pageOf({ paths }: Json): string {
  const sections = Object.entries(paths as Record<string, Record<string, Json>>).flatMap(
    ([path, operations]) =>
      Object.entries(operations).map(([method, one]) => {
        const parameters = (one.parameters as { name: string; in: string; required?: boolean }[]).map(
          ({ name, in: where, required }) =>
            `<li><code>${name}</code> (${where}${required === true ? ', needed' : ''})`,
        );
        const example = exampleOf(path, one);
        const scope =
          typeof one['x-scope'] === 'string' ? `Needs the scope ${one['x-scope']}.` : 'Needs no key.';
        return [
          `<section><h2><code>${method.toUpperCase()} ${path}</code></h2>`,
          `<p>${String(one.summary)}. ${scope} Answers: ${Object.keys(one.responses as Json).join(', ')}.</p>`,
          parameters.length === 0 ? '' : `<ul>${parameters.join('')}</ul>`,
          `<p>For example <code>${method.toUpperCase()} ${example}</code></p>`,
          '</section>',
        ].join('');
      }),
  );
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>callviews API</title>
<h1>callviews API</h1>
<p>The same as <a href="${DOCS_PATHS.document}">OpenAPI 3.1</a>.</p>
${sections.join('\n')}
</html>
`;
}
