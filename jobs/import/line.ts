/** Makes a delivery of one line of an import: a call of the generic contract, or what a sender once delivered. Vouched for, not signed. */
import { z } from 'zod';
import { endpointOf, type Senders, type Verified } from '../../ingest/contract.ts';

/** What lines are read by: endpoints, the endpoint that calls are imported under, and the instant of the import. */
export type Reading = { senders: Senders; endpoint: string; importedAt: Date };

/** A delivery, or why the line is none; the reason never quotes it. */
export type ReadLine = { verified: Verified } | { why: string };

/** The log knows an import by this scheme; no secret stands behind it. */
const IMPORTED = { ok: true, scheme: 'import', secretId: 'none', skewMs: null } as const;
/** The sender of the generic contract. */
const GENERIC = 'standard';
/** What a call without a type is: history has ended. */
const CALL_TYPE = 'call.completed';
const AHEAD_MS = 5 * 60_000;

const delivered = z.strictObject({
  provider: z.string(),
  endpoint: z.string().default('default'),
  target: z.string().max(16_384).startsWith('/').exactOptional(),
  headers: z.record(z.string(), z.string()).default({}),
  receivedAt: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  body: z.union([
    z.string().transform((text) => Buffer.from(text, 'utf8')),
    z.strictObject({ base64: z.base64() }).transform(({ base64 }) => Buffer.from(base64, 'base64')),
  ]),
});

/**
 * Reads a line.
 * @param text one JSON object
 * @param reading endpoints and the instant of the import, which calls without an arrival of their own are judged against
 */
export function readLine(text: string, reading: Reading): ReadLine {
  const value = jsonOf(text);
  if (value === undefined) return { why: 'is no JSON' };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { why: 'is no object' };
  if ('body' in value) return readDelivered(value, reading);
  if ('data' in value && 'type' in value) return call(text, reading);
  if ('call_id' in value) return call(wrapped(text, value), reading);
  return { why: 'is neither a call (call_id, or type and data) nor a delivery (provider, receivedAt, body)' };
}

function readDelivered(value: object, { senders, importedAt }: Reading): ReadLine {
  const checked = delivered.safeParse(value);
  if (!checked.success) {
    const issues = checked.error.issues.map(
      ({ path, code }) => `${path.map(String).join('.') || 'object'} (${code})`,
    );
    return { why: `is no delivery: ${issues.join(', ')}` };
  }
  const { provider, endpoint, receivedAt, target = targetOf(provider, endpoint), ...rest } = checked.data;
  if (receivedAt.getTime() > importedAt.getTime() + AHEAD_MS) return { why: 'receivedAt lies in the future' };
  const headers = Object.fromEntries(
    Object.entries(rest.headers).map(([name, one]) => [name.toLowerCase(), one]),
  );
  return vouched(senders, { provider, endpoint, target, headers, receivedAt, body: rest.body });
}

/** A call, under the endpoint of the import; the line itself is the body, so that the same line is the same event. */
function call(body: string, { senders, endpoint, importedAt }: Reading): ReadLine {
  const target = targetOf(GENERIC, endpoint);
  return vouched(senders, {
    provider: GENERIC,
    endpoint,
    target,
    headers: {},
    receivedAt: importedAt,
    body: Buffer.from(body, 'utf8'),
  });
}

/** The event of a bare call: told at its end, as far as that is known, never now, so that importing again makes no other event. */
function wrapped(text: string, data: object): string {
  const { ended_at: ended, started_at: started } = data as { ended_at?: unknown; started_at?: unknown };
  const at = [ended, started].find((one) => typeof one === 'string');
  const timestamp = at === undefined ? '' : `"timestamp":${JSON.stringify(at)},`;
  return `{"type":${JSON.stringify(CALL_TYPE)},${timestamp}"data":${text}}`;
}

type Told = Verified['delivery'] & { provider: string };

function vouched(senders: Senders, { provider: name, ...delivery }: Told): ReadLine {
  const endpoint = endpointOf(senders, { provider: name, endpoint: delivery.endpoint });
  if (endpoint === null) return { why: 'its provider or endpoint is not configured' };
  const { provider, settings, settingsVersion } = endpoint;
  // Without this, a form without a body would be read from its address only where GET is allowed.
  const method = endpoint.allowGet ? {} : { method: 'POST' };
  return {
    verified: {
      provider,
      settings,
      settingsVersion,
      verdict: IMPORTED,
      delivery: { ...method, ...delivery },
    },
  };
}

function targetOf(provider: string, endpoint: string): string {
  return `/webhooks/${provider}${endpoint === 'default' ? '' : `/${endpoint}`}`;
}

/** The parser's own message quotes the text: it is dropped. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
