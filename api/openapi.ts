/** The document of the API (OpenAPI 3.1), made from the very list and shapes that requests and answers are checked by. Pure. */
import type { z } from 'zod';
import { createSchemas, type Json, type Schemas } from './openapi-schemas.ts';
import type { FileRoute } from './routes/audio.ts';
import type { Route } from './routes/route.ts';
import type { WriteRoute } from './routes/write-route.ts';
import { EMPTY_BECAUSE, envelopeOf, FAILURE, FRESHNESS } from './shapes/common.ts';

/** All routes: those that answer rows, that write, and that answer the bytes of a file. */
export type RouteLists = {
  reads: readonly Route[];
  writes: readonly WriteRoute[];
  files: readonly FileRoute[];
};

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
  416: 'The range lies beyond the end',
  429: 'Too many requests; Retry-After says when to ask again',
  500: 'A fault of ours',
  503: 'The database cannot be asked; Retry-After says when to ask again',
};
const READ_FAILURES = [400, 401, 403, 404, 405, 429, 500, 503];
const FILE_FAILURES = [401, 403, 404, 405, 416, 429, 500, 503];
const WRITE_FAILURES = [400, 401, 403, 404, 405, 409, 412, 413, 415, 429, 500, 503];
const WAITS = [429, 503];

const text = { schema: { type: 'string' } };
const HEADERS: Readonly<Record<string, Json>> = {
  ETag: { description: 'To be sent back as If-None-Match', ...text },
  'Callviews-As-Of': { description: 'The last commit known at the answering', ...text },
  'Callviews-Lag-Ms': { description: 'How old what is missing may be', schema: { type: 'number' } },
  'Callviews-Stale': { description: 'true where the views are behind', ...text },
  'Retry-After': { description: 'Seconds to wait', schema: { type: 'integer' } },
};
const FRESH = ['ETag', 'Callviews-As-Of', 'Callviews-Lag-Ms', 'Callviews-Stale'];
const headersOf = (names: readonly string[]): Json => ({
  headers: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }])),
});

/**
 * Makes the document.
 * @param lists all routes
 * @returns the document, to be written as JSON
 */
export function documentOf({ reads, writes, files }: RouteLists): Json {
  const schemas = createSchemas();
  const paths: Record<string, Json> = {};
  const add = (path: string, method: string, operation: Json): void => {
    const template = templateOf(path);
    paths[template] = { ...paths[template], [method]: operation };
  };
  for (const one of reads) add(one.path, 'get', readOperation(one, schemas));
  for (const one of files) add(one.path, 'get', fileOperation(one, schemas));
  for (const one of writes) add(one.path, one.method.toLowerCase(), writeOperation(one, schemas));
  return {
    openapi: '3.1.0',
    info: {
      title: 'callviews',
      version: '1',
      description: 'Exact and live analytics of calls. Every answer says how fresh it is.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      responses: refusals(schemas),
      schemas: schemas.named(),
      headers: HEADERS,
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

function readOperation(route: Route, schemas: Schemas): Json {
  const { path, data, input, example } = route;
  const whole = data.extend({ freshness: FRESHNESS, emptyBecause: EMPTY_BECAUSE.optional() });
  const files = 'format' in input.shape ? { 'text/csv': text, 'application/x-ndjson': text } : {};
  return {
    ...operation('get', route),
    parameters: parametersOf(path, { input, example }, schemas),
    responses: {
      200: {
        description: 'The answer',
        ...headersOf(FRESH),
        content: { 'application/json': { schema: schemas.received(envelopeOf(whole)) }, ...files },
      },
      304: { description: 'The client has the answer: If-None-Match names its ETag' },
      ...refusalsOf(READ_FAILURES),
    },
  };
}

function fileOperation(route: FileRoute, schemas: Schemas): Json {
  const { path, params: input, example, mediaType } = route;
  const content = { [mediaType]: { schema: { type: 'string', format: 'binary' } } };
  return {
    ...operation('get', route),
    parameters: [
      ...parametersOf(path, { input, example }, schemas),
      { name: 'Range', in: 'header', description: 'Such as bytes=0-1023', ...text },
    ],
    responses: {
      200: { description: 'The whole of it', content },
      206: { description: 'The range that was asked for', content },
      304: { description: 'The client has it: If-None-Match names its ETag' },
      ...refusalsOf(FILE_FAILURES),
    },
  };
}

/** Of campaigns that are changed; what is created is based on none. */
const IF_MATCH = { name: 'If-Match', in: 'header', required: true, example: '"1"', ...text };

function writeOperation(route: WriteRoute, schemas: Schemas): Json {
  const { method, path, data, status, needsRevision, kind, params, body, example } = route;
  const schema = body === null || kind === 'text/csv' ? text.schema : schemas.sent(body);
  const sent = kind !== null && {
    requestBody: { required: true, content: { [kind]: { schema, example: example.body } } },
  };
  return {
    ...operation(method.toLowerCase(), route),
    parameters: [
      ...parametersOf(path, { input: params, example: example.params ?? {} }, schemas),
      ...(needsRevision ? [IF_MATCH] : []),
    ],
    ...sent,
    responses: {
      [status]: {
        description: 'It is done',
        content: { 'application/json': { schema: schemas.received(envelopeOf(data)) } },
      },
      ...refusalsOf(WRITE_FAILURES),
    },
  };
}

function operation(method: string, of: { path: string; failureText: string; scope: string | null }): Json {
  const words = of.path.split(/[/:-]/).filter((word) => word !== '' && word !== 'api' && word !== 'db');
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return {
    operationId: `${method}${name}`,
    summary: of.failureText.replace(/^Error (\w)/, (_, letter: string) => letter.toUpperCase()),
    ...(of.scope === null
      ? { security: [] }
      : { security: [{ key: [] }, { session: [] }], 'x-scope': of.scope }),
  };
}

function parametersOf(
  path: string,
  { input, example }: { input: z.ZodObject; example: Readonly<Record<string, string>> },
  schemas: Schemas,
): Json[] {
  const { properties = {}, required = [] } = schemas.sent(input) as {
    properties?: Json;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...schema } = property as Json;
    const isInPath = path.split('/').includes(`:${name}`);
    const isNeeded = isInPath || required.includes(name);
    return {
      ...{ name, in: isInPath ? 'path' : 'query' },
      ...(isNeeded && { required: true }),
      ...(description !== undefined && { description }),
      schema,
      ...(example[name] !== undefined && { example: example[name] }),
    };
  });
}

/** The name of a refusal under `components`. */
const refusal = (status: number): string => `Refused${status}`;

function refusalsOf(statuses: readonly number[]): Json {
  return Object.fromEntries(
    statuses.map((status) => [status, { $ref: `#/components/responses/${refusal(status)}` }]),
  );
}

function refusals(schemas: Schemas): Json {
  const content = { 'application/json': { schema: schemas.received(FAILURE) } };
  return Object.fromEntries(
    Object.entries(TEXTS).map(([status, description]) => {
      const headers = WAITS.includes(Number(status)) ? headersOf(['Retry-After']) : {};
      return [refusal(Number(status)), { description, ...headers, content }];
    }),
  );
}
