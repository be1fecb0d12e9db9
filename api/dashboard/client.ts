/** The typed client of the HTTP API: paths, parameters and answers are those of the document that the server publishes. */
import createFetch, { type Client } from 'openapi-fetch';
import { API_BASE_URL } from './api-base.ts';
import type { components, paths } from './api-types.d.ts';

/** Files are fetched by a link, not by script. */
type Json = 'application/json';

/** What the API is asked by: `client.GET('/api/db/calls/{id}', { params: { path: { id } } })`. */
export type ApiClient = Client<paths, Json>;
/** A named shape of the document, such as `Shape<'Call'>`. */
export type Shape<Name extends keyof components['schemas']> = components['schemas'][Name];

/**
 * Makes a client.
 * @param baseUrl where the API lives; what the page was built for when left out
 * @returns the client; each of its methods answers `{data, error, response}` and throws only where nothing was reached
 */
export function createApiClient(baseUrl: string = API_BASE_URL): ApiClient {
  return createFetch<paths, Json>({ baseUrl, headers: { accept: 'application/json' } });
}
