/** Who may ask: the holder of a key, or where none was ever made this machine alone; and how often, and from which pages. */
import type { IncomingHttpHeaders } from 'node:http';
import type { KeyRing } from './key-ring.ts';
import { KEY_BUDGET, OPEN_BUDGET, REFUSED_BUDGET, type Grant, type Limits } from './limits.ts';
import { Refusal } from './refusal.ts';
import { keyViewer, openViewer, type Scope, type Viewer } from './scopes.ts';

/**
 * How the door stands: by keys, open to whoever reaches the port, or open to this machine until the first key is made; that
 * only where `mayBeOpen`, which is neither in production nor on an address that others reach.
 */
export type AccessPlan = {
  auth: 'auto' | 'required' | 'off';
  origins: readonly string[];
  mayBeOpen: boolean;
};

/** What is known of a request before it is answered; `key` is one that came another way than in the headers. */
export type Asker = { headers: IncomingHttpHeaders; address: string; key?: string | undefined };

/** What is asked of every request. */
export type Access = {
  /**
   * Lets a request in.
   * @param asker who asks
   * @param need scope, null where none is needed, and cost in units of a usual request
   * @throws Refusal of 401, 403 or 429; DatabaseAway where keys were never known
   */
  admit(asker: Asker, need: { scope: Scope | null; cost: number }): Promise<Viewer>;
  /** The same at once and without a word: null where it would be refused, or cannot be told at once. */
  admitNow(asker: Asker, need: { scope: Scope; cost: number }): Viewer | null;
  /** Whether a viewer may still be here: sockets ask again. Null needs no key. */
  isGood(asker: Asker): Promise<boolean>;
  /** Whether a page of the request's Origin may read answers. A request without one comes from no foreign page. */
  isFriendlyOrigin(headers: IncomingHttpHeaders): boolean;
  /** Whether a page of the request's Origin is our own: only such may write. */
  isOwnOrigin(headers: IncomingHttpHeaders): boolean;
};

/** The cookie of the dashboard's session. */
export const COOKIE = 'callviews_session';

/** What a proxy adds: the sender behind it is somewhere else. */
const FORWARDING = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'];
/** Names of this machine. Another name means that a foreign page made its own name point here. */
const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;
const KEY_NEEDED = 'A key is needed: send it as Authorization: Bearer cv_…, or sign in';
const KEY_UNKNOWN = 'This key is not known, was revoked, or is past its life';

/**
 * Makes the doorkeeper.
 * @param plan how the door stands
 * @param parts keys and budgets
 * @returns its judgements
 */
export function createAccess(plan: AccessPlan, { ring, limits }: { ring: KeyRing; limits: Limits }): Access {
  const { auth, origins, mayBeOpen } = plan;
  /** The viewer, or why there is none. */
  const judged = ({ headers, address, key }: Asker): Viewer | string => {
    const given = key ?? keyIn(headers);
    if (given !== null) {
      const holder = ring.holder(given);
      return holder === null ? KEY_UNKNOWN : keyViewer(holder, address);
    }
    const isOpen = auth === 'off' || (auth === 'auto' && mayBeOpen && !ring.hasAny() && isLocal(headers));
    return isOpen ? openViewer(address) : KEY_NEEDED;
  };
  const taken = ({ keyId, address }: Viewer, cost: number): Grant =>
    keyId === null
      ? limits.take(`address ${address}`, cost, OPEN_BUDGET)
      : limits.take(`key ${keyId}`, cost, KEY_BUDGET);

  return {
    async admit(asker, { scope, cost }) {
      await ring.ready(asker.key ?? keyIn(asker.headers));
      const viewer = judged(asker);
      if (typeof viewer === 'string') {
        const { address } = asker;
        const grant = limits.take(`refused ${address}`, 1, REFUSED_BUDGET);
        if (scope === null && grant.waitSeconds === 0) return { ...openViewer(address), scopes: new Set() };
        if (grant.waitSeconds > 0) throw tooMany(grant);
        throw new Refusal(viewer, 401, { 'WWW-Authenticate': 'Bearer realm="callviews"' });
      }
      if (scope !== null && !viewer.scopes.has(scope)) throw lacking(scope);
      const grant = taken(viewer, cost);
      if (grant.waitSeconds > 0) throw tooMany(grant);
      return viewer;
    },
    admitNow(asker, { scope, cost }) {
      if (!ring.isRecent()) return null;
      const viewer = judged(asker);
      if (typeof viewer === 'string' || !viewer.scopes.has(scope)) return null;
      return taken(viewer, cost).waitSeconds === 0 ? viewer : null;
    },
    async isGood(asker) {
      await ring.ready(asker.key ?? keyIn(asker.headers));
      return typeof judged(asker) !== 'string';
    },
    isFriendlyOrigin(headers) {
      const { origin } = headers;
      return (origin !== undefined && origins.includes(origin)) || isOwn(headers);
    },
    isOwnOrigin: isOwn,
  };
}

/**
 * A scope is missing.
 * @param scope which one
 * @returns the refusal
 */
export function lacking(scope: Scope): Refusal {
  return new Refusal(`This key lacks the scope ${scope}`, 403);
}

function tooMany({ waitSeconds, most, left, fullInSeconds }: Grant): Refusal {
  return new Refusal(`Too many requests: ask again in ${waitSeconds} s`, 429, {
    'Retry-After': String(waitSeconds),
    'RateLimit-Limit': String(most),
    'RateLimit-Remaining': String(left),
    'RateLimit-Reset': String(fullInSeconds),
  });
}

function isLocal(headers: IncomingHttpHeaders): boolean {
  return LOCAL_HOST.test(headers.host ?? '') && FORWARDING.every((name) => headers[name] === undefined);
}

function isOwn({ origin, host }: IncomingHttpHeaders): boolean {
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === host);
}

/** The key that a request brings: in its own header, else in the cookie. Another kind of credentials is a wrong key. */
function keyIn({ authorization, cookie }: IncomingHttpHeaders): string | null {
  if (authorization !== undefined) return /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
  const one = cookie?.split(';').find((text) => text.trim().startsWith(`${COOKIE}=`));
  const value = one?.slice(one.indexOf('=') + 1).trim() ?? '';
  return value === '' ? null : value;
}
