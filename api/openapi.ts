/** The document of the API (OpenAPI 3.1), made from the very list and shapes that requests are checked by. Pure. */
import { z } from 'zod';
import type { Route } from './routes/route.ts';
import type { WriteRoute } from './routes/write-route.ts';

/** A JSON object of the document. */
export type Json = { [name: string]: unknown };

/** What freshness says of an answer. */
const FRESHNESS = z.object({
  sequence: z.int().min(0),
  asOf: z.iso.datetime().nullable(),
  complete: z.boolean(),
  openUntil: z.iso.datetime().nullable(),
  source: z.enum(['views', 'calls']),
  reached: z.boolean().optional(),
  leftOut: z.object({ rows: z.int().min(1), names: z.array(z.string()) }).optional(),
});
const FAILURE = z.strictObject({
  success: z.literal(false),
  error: z.string().min(1),
  timestamp: z.iso.datetime(),
});

const TEXTS: Readonly<Record<number, string>> = {
  400: 'The request cannot be answered as asked; the text says why',
  401: 'A key is needed, or this one is not good',
  403: 'The key lacks a scope, or the page is of elsewhere',
  404: 'Nothing is known by this name',
  405: 'The path knows other methods',
  409: 'The present state does not allow it',
  412: 'The revision is not the present one',
  413: 'The body is too long',
  415: 'The body is of another kind',
  429: 'Too many requests; Retry-After says when to ask again',
  500: 'A fault of ours',
  503: 'The database cannot be asked; Retry-After says when to ask again',
};
const READ_FAILURES = [400, 401, 403, 404, 405, 429, 500, 503];
const WRITE_FAILURES = [400, 401, 403, 404, 405, 409, 412, 413, 415, 429, 500, 503];

/**
 * Makes the document.
 * @param lists the routes that read and those that write
 * @returns the document, to be written as JSON
 */
export function documentOf(lists: { reads: readonly Route[]; writes: readonly WriteRoute[] }): Json {
  const paths: Record<string, Json> = {};
  const add = (path: string, method: string, operation: Json): void => {
    const template = templateOf(path);
    paths[template] = { ...paths[template], [method]: operation };
  };
  for (const one of lists.reads) add(one.path, 'get', readOperation(one));
  for (const one of lists.writes) add(one.path, one.method.toLowerCase(), writeOperation(one));
  return {
    openapi: '3.1.0',
    info: {
      title: 'callviews',
      version: '1',
      description: 'Exact and live analytics of calls. Every answer says how fresh it is.',
    },
    paths,
    components: {
      schemas: { Failure: schemaOf(FAILURE), Freshness: schemaOf(FRESHNESS) },
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'callviews_session' },
      },
    },
  };
}

/**
 * A path as the document writes it.
 * @param path with `:name`
 * @returns with `{name}`
 */
export function templateOf(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}');
}

function readOperation({ path, holds, failureText, scope, input }: Route): Json {
  const data = {
    type: 'object',
    required: [...holds, 'freshness'],
    properties: {
      freshness: { $ref: '#/components/schemas/Freshness' },
      emptyBecause: { type: 'string', enum: ['no_calls', 'filtered_out', 'late'] },
    },
  };
  const files = 'format' in input.shape ? { 'text/csv': TEXT, 'application/x-ndjson': TEXT } : {};
  return {
    ...operation('get', path, { failureText, scope }),
    parameters: parametersOf(path, input),
    responses: {
      200: {
        description: 'The answer',
        content: { 'application/json': { schema: envelope(data) }, ...files },
      },
      304: { description: 'The client has the answer: If-None-Match names its ETag' },
      ...failuresOf(READ_FAILURES),
    },
  };
}

function writeOperation({ method, path, holds, failureText, scope, kind, params, body }: WriteRoute): Json {
  const data = { type: 'object', required: [...holds] };
  const isMade = method === 'POST' && holds.includes('campaign') && !path.includes(':');
  const schema = body === null || kind === 'text/csv' ? { type: 'string' } : schemaOf(body);
  const content = { 'application/json': { schema: envelope(data) } };
  return {
    ...operation(method.toLowerCase(), path, { failureText, scope }),
    parameters: [
      ...parametersOf(path, params),
      ...(scope === 'campaigns' && !isMade
        ? [{ name: 'If-Match', in: 'header', required: true, schema: { type: 'string' } }]
        : []),
    ],
    ...(kind !== null && { requestBody: { required: true, content: { [kind]: { schema } } } }),
    responses: {
      [isMade ? 201 : 200]: { description: 'It is done', content },
      ...failuresOf(WRITE_FAILURES),
    },
  };
}

const TEXT = { schema: { type: 'string' } };

function operation(method: string, path: string, of: { failureText: string; scope: string | null }): Json {
  const words = path.split(/[/:-]/).filter((word) => word !== '' && word !== 'api' && word !== 'db');
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return {
    operationId: `${method}${name}`,
    summary: of.failureText.replace(/^Error (\w)/, (_, letter: string) => letter.toUpperCase()),
    ...(of.scope === null
      ? { security: [] }
      : { security: [{ key: [] }, { session: [] }], 'x-scope': of.scope }),
  };
}

function parametersOf(path: string, input: z.ZodObject): Json[] {
  const { properties = {}, required = [] } = z.toJSONSchema(input, OPTIONS);
  return Object.entries(properties).map(([name, schema]) => {
    const isInPath = path.includes(`:${name}`);
    const isNeeded = isInPath || required.includes(name);
    return { name, in: isInPath ? 'path' : 'query', ...(isNeeded && { required: true }), schema };
  });
}

function failuresOf(statuses: readonly number[]): Json {
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } };
  return Object.fromEntries(
    statuses.map((status) => [status, { description: TEXTS[status] ?? 'Refused', content }]),
  );
}

function envelope(data: Json): Json {
  return {
    type: 'object',
    required: ['success', 'data', 'timestamp'],
    properties: { success: { const: true }, data, timestamp: { type: 'string', format: 'date-time' } },
    additionalProperties: false,
  };
}

/** As clients send it, before it is read; what JSON cannot say is anything. */
const OPTIONS = { io: 'input', unrepresentable: 'any' } as const;

function schemaOf(shape: z.ZodType): Json {
  const { $schema: _, ...schema } = z.toJSONSchema(shape, OPTIONS);
  return schema;
}
