/** Where the API lives: the build-time setting `API_BASE_URL`, read in this one place. */

declare const __API_BASE_URL__: string | undefined;

/**
 * Address put before every API path and given to the socket; empty for the page's own origin. A closing slash is taken off,
 * since every path begins with one.
 */
export const API_BASE_URL: string =
  typeof __API_BASE_URL__ === 'string' ? __API_BASE_URL__.replace(/\/+$/, '') : '';
