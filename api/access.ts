/** Who may ask: without keys, this machine alone; sockets moreover only from pages of our own or of listed origins. */
import type { IncomingHttpHeaders } from 'node:http';

/** How the door stands: open to this machine, to nobody without a key, or to whoever reaches the port. */
export type AccessPlan = { auth: 'auto' | 'required' | 'off'; origins: readonly string[] };

/** What is asked of every request. */
export type Access = {
  /** Whether the sender may have an answer; where not, why. */
  refusal(headers: IncomingHttpHeaders): string | null;
  /** Whether a page of the request's Origin may read answers. A request without one comes from no foreign page. */
  isFriendlyOrigin(headers: IncomingHttpHeaders): boolean;
};

/** What a proxy adds: the sender behind it is somewhere else. */
const FORWARDING = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip'];
/** Names of this machine. Another name means that a foreign page made its own name point here. */
const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/** The sentence for those who are not let in. */
const KEY_NEEDED =
  'This API is open to its own machine only: it was asked through a proxy or by another name';

/**
 * Makes the doorkeeper.
 * @param plan how the door stands
 * @returns its judgements
 */
export function createAccess({ auth, origins }: AccessPlan): Access {
  return {
    refusal(headers) {
      const isLocal =
        LOCAL_HOST.test(headers.host ?? '') && FORWARDING.every((name) => headers[name] === undefined);
      return auth === 'off' || (auth === 'auto' && isLocal) ? null : KEY_NEEDED;
    },
    isFriendlyOrigin({ origin, host }) {
      if (origin === undefined || origins.includes(origin)) return true;
      return URL.canParse(origin) && new URL(origin).host === host;
    },
  };
}
