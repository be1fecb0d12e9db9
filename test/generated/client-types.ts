/** The types of the HTTP API for its clients, from the very document that the server publishes. */
import openapiTS, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { documentOf } from '../../api/openapi.ts';
import { FILE_ROUTES, READ_ROUTES, WRITE_ROUTES } from '../../api/routes/index.ts';

const HEADER =
  '/** The types of the HTTP API. Made by `npm run generate` from the document of `api/openapi.ts`. */\n';

/** The text of the types. */
export async function clientTypes(): Promise<string> {
  const document = documentOf({ reads: READ_ROUTES, writes: WRITE_ROUTES, files: FILE_ROUTES });
  const nodes = await openapiTS(JSON.parse(JSON.stringify(document)) as OpenAPI3, { alphabetize: true });
  // Its own sentences say nothing that the document does not.
  return HEADER + astToString(nodes);
}
