/** Runs one signed request of a table against an adapter. */
import type { Provider, SignedRequest, Verdict } from '../../../ingest/providers/provider.ts';

/** A signed request, with the secrets (divided by |) and the time in seconds it is checked with. */
export type Vector = { secret: string; now?: number } & Partial<Omit<SignedRequest, 'body'>> & {
    body: string | Buffer;
  };

/** The verdict of an adapter; the secrets are named 1, 2, … */
export function verdictOf(provider: Provider, { secret, now = 0, body, ...request }: Vector): Verdict {
  const signed = { headers: {}, target: '/', publicUrl: '', ...request, body: Buffer.from(body) };
  const secrets = secret.split('|').map((value, at) => ({ id: String(at + 1), value }));
  return provider.verify(signed, secrets, new Date(now * 1_000));
}
/** The verdict as a short text: `ok` and the secret's name, or the cause. */
export const outcomeOf = (...args: Parameters<typeof verdictOf>): string => {
  const verdict = verdictOf(...args);
  return verdict.ok ? `ok ${verdict.secretId}` : verdict.cause;
};
