/** The published document as a judge: whether what a server answers is what it says, whole and with nothing beside it. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { documentOf } from '../../api/openapi.ts';
import { FILE_ROUTES, READ_ROUTES, WRITE_ROUTES } from '../../api/routes/index.ts';

export type Parameter = {
  name: string;
  in: string;
  required?: boolean;
  schema: Record<string, unknown>;
  example?: string;
};
export type Operation = {
  operationId: string;
  parameters: Parameter[];
  requestBody?: { content: Record<string, { schema: object; example: unknown }> };
  responses: Record<string, { $ref?: string; content?: Record<string, { schema: object }> }>;
};
export type Document = {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: object; responses: Record<string, Operation['responses'][string]> };
};
export type Answered = { method: string; url: string; status: number; type: string; text: string };

/** As the server publishes it: through JSON, so that what JSON cannot say is seen to be missing. */
export const DOCUMENT = JSON.parse(
  JSON.stringify(documentOf({ reads: READ_ROUTES, writes: WRITE_ROUTES, files: FILE_ROUTES })),
) as Document;

const ajv = new Ajv2020({ strict: false, validateFormats: true });
formats.default(ajv);
ajv.addSchema(DOCUMENT, 'document');
const compiled = new Map<string, ValidateFunction>();
const inPointer = (name: string): string => encodeURIComponent(name.replace(/~/g, '~0').replace(/\//g, '~1'));

/** Literal paths before those with a name in them. */
const TEMPLATES = Object.keys(DOCUMENT.paths)
  .sort((a, b) => Number(a.includes('{')) - Number(b.includes('{')))
  .map((path) => ({ path, shape: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`) }));

/** The template that a request's path is of; undefined for pages and files. */
export function templateOf(url: string): string | undefined {
  const [path = ''] = url.split('?');
  return TEMPLATES.find(({ shape }) => shape.test(path))?.path;
}

/** What is wrong with an answer; null where it is as documented, or its path is none of the document. */
export function faultOf({ method, url, status, type, text }: Answered): string | null {
  const template = templateOf(url);
  const name = (method === 'HEAD' ? 'GET' : method).toLowerCase();
  const operation = template === undefined ? undefined : DOCUMENT.paths[template]?.[name];
  if (template === undefined || operation === undefined) return null;
  const shown = `${method} ${url.slice(0, 200)} → ${status}`;
  const response = operation.responses[status];
  if (response === undefined) return `${shown}: a status that is not documented`;
  if (text === '' || method === 'HEAD') return null;
  const media = type.split(';')[0] ?? '';
  const pointer = response.$ref?.slice(1) ?? `/paths/${inPointer(template)}/${name}/responses/${status}`;
  const content = (response.$ref === undefined ? response : refusalOf(response.$ref)).content;
  if (content?.[media] === undefined) return `${shown}: ${media} is not documented`;
  if (media !== 'application/json') return null;
  const key = `document#${pointer}/content/${inPointer(media)}/schema`;
  const validate = compiled.get(key) ?? ajv.compile({ $ref: key });
  compiled.set(key, validate);
  if (validate(JSON.parse(text))) return null;
  return `${shown}: ${ajv.errorsText(validate.errors)} in ${text.slice(0, 600)}`;
}

function refusalOf(ref: string): Operation['responses'][string] {
  const response = DOCUMENT.components.responses[ref.split('/').at(-1) ?? ''];
  if (response === undefined) throw new Error(`the document refers to ${ref}, which it lacks`);
  return response;
}

/**
 * Watches all that a server answers.
 * @param server before it is asked anything
 * @returns the faults found so far
 */
export function watched(server: Server): readonly string[] {
  const faults: string[] = [];
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const pieces: Buffer[] = [];
    const keep = (piece: unknown): void => {
      if (typeof piece === 'string' || piece instanceof Uint8Array) pieces.push(Buffer.from(piece));
    };
    const { write, end } = response;
    response.write = ((...given: Parameters<typeof write>) => {
      keep(given[0]);
      return write.apply(response, given);
    }) as typeof write;
    response.end = ((...given: Parameters<typeof end>) => {
      keep(given[0]);
      const { method = '', url = '' } = request;
      const type = String(response.getHeader('content-type') ?? '');
      const text = type.includes('json') ? decoded(Buffer.concat(pieces), response) : '';
      const fault = faultOf({ method, url, status: response.statusCode, type, text });
      if (fault !== null) faults.push(fault);
      return end.apply(response, given);
    }) as typeof end;
  });
  return faults;
}

function decoded(bytes: Buffer, response: ServerResponse): string {
  const coding = response.getHeader('content-encoding');
  if (coding === 'br') return brotliDecompressSync(bytes).toString();
  return (coding === 'gzip' ? gunzipSync(bytes) : bytes).toString();
}
