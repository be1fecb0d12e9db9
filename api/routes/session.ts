/** The dashboard's sign-in: a key is exchanged for a cookie that scripts cannot read and other sites cannot send. */
import { z } from 'zod';
import { COOKIE } from '../access.ts';
import { SCOPES } from '../scopes.ts';
import { writeRoute, type WriteRoute } from './write-route.ts';

/** A working day; after it the key is asked for again. */
const LIFE_SECONDS = 12 * 3_600;

const ANSWERED = z.strictObject({ scopes: z.array(z.enum(SCOPES)) });
/** Of the right shape, and nobody's. */
const EXAMPLE_KEY = 'cv_callviews_example_key_nobody_holds_it______Ba7_rl';

const signIn = writeRoute({
  method: 'POST',
  path: '/api/session',
  data: ANSWERED,
  example: { body: { key: EXAMPLE_KEY } },
  failureText: 'Error signing in',
  scope: null,
  params: z.strictObject({}),
  body: z.strictObject({ key: z.string('must be a key').max(200, 'is too long') }),
  async act({ body: { key }, isSecure }, { access }, { address }) {
    // The key itself is judged as any request's would be: unknown is 401, too many tries are 429.
    const viewer = await access.admit({ headers: {}, address, key }, { scope: 'read', cost: 1 });
    const attributes = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${LIFE_SECONDS}${isSecure ? '; Secure' : ''}`;
    return {
      data: { scopes: [...viewer.scopes] },
      headers: { 'Set-Cookie': `${COOKIE}=${key}; ${attributes}` },
    };
  },
});

const signOut = writeRoute({
  method: 'DELETE',
  path: '/api/session',
  data: ANSWERED,
  failureText: 'Error signing out',
  scope: null,
  kind: null,
  params: z.strictObject({}),
  body: z.undefined(),
  act: () =>
    Promise.resolve({
      data: { scopes: [] },
      headers: { 'Set-Cookie': `${COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0` },
    }),
});

/** The routes of this file. */
export const SESSION_ROUTES: readonly WriteRoute[] = [signIn, signOut];
