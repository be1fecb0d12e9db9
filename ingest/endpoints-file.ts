/** Reads the file of further named endpoints and checks all of it before a start: every fault at once, no secret in any text. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Secret } from '../ops/process/config.ts';
import { SENTIMENTS } from './facts.ts';
import { DEFAULT_SETTINGS } from './interpret-settings.ts';
import type { InterpretSettings } from './interpret-settings.ts';
import { fieldsOf } from './providers/fields.ts';
import { PROVIDERS, providerOf } from './providers/index.ts';

/** One entry, checked: `provider` names a sender, an endpoint's `publicUrl` goes before the common one. */
export type NamedEndpoint = {
  name: string;
  provider: string;
  secrets: Secret[];
  publicUrl?: string;
  allowGet: boolean;
  settings: InterpretSettings;
};

/** The endpoint that a path without a name means; the environment configures it. */
export const DEFAULT_ENDPOINT = 'default';
/** A name as it may stand in a path. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const ADDRESS = /^https?:\/\/[^?#]+$/;
/** Half a step each side of the middle of a five-step scale. */
const CUT_OFF = 0.25;

const word = z.string().min(1).max(200);
const score = z.number().min(-1).max(1);
const scale = z
  .strictObject({
    worst: z.number(),
    best: z.number(),
    negativeBelow: score.default(-CUT_OFF),
    positiveAbove: score.default(CUT_OFF),
  })
  .refine(({ worst, best }) => worst !== best, 'worst and best must differ')
  .refine(
    ({ negativeBelow, positiveAbove }) => negativeBelow <= positiveAbove,
    'negativeBelow must not lie above positiveAbove',
  );
const labels = z
  .record(z.string().min(1), z.enum(SENTIMENTS))
  .transform((told) =>
    Object.fromEntries(Object.entries(told).map(([key, word]) => [key.toLowerCase(), word])),
  );
const mapping = z
  .strictObject({
    from: z.enum(['data_collection', 'evaluation_criterion']),
    id: word,
    labels: labels.exactOptional(),
    scale: scale.exactOptional(),
  })
  .refine((told) => told.labels !== undefined || told.scale !== undefined, 'needs labels or a scale');
const entry = z.strictObject({
  name: z.string().regex(NAME, 'must be 1 to 64 letters, digits, _ or -'),
  provider: z.enum(PROVIDERS.map(({ name }) => name)),
  secrets: z.array(z.string()).min(1, 'must hold a secret'),
  publicUrl: z
    .string()
    .refine((url) => ADDRESS.test(url) && URL.canParse(url), 'must be an http or https address without query')
    .transform((url) => url.replace(/\/+$/, ''))
    .exactOptional(),
  allowGet: z.boolean().default(false),
  campaignVariable: word.default(DEFAULT_SETTINGS.campaignVariable),
  callSidVariable: word.default(DEFAULT_SETTINGS.callSidVariable),
  sentiment: mapping.exactOptional(),
  sentimentByAgent: z.record(word, mapping).exactOptional(),
});

/** The endpoints of a file, or what is wrong with it, one text a fault. */
export type EndpointsFile = { endpoints: NamedEndpoint[] } | { faults: string[] };

/**
 * Reads and checks the file.
 * @param path of a JSON file: a list of entries
 */
export function readEndpointsFile(path: string): EndpointsFile {
  const text = contentOf(path);
  if (text === null) return { faults: ['the file it names cannot be read'] };
  const told = jsonOf(text);
  if (told === undefined) return { faults: ['the file it names is no JSON'] };
  const checked = z.array(entry, 'must be a list of endpoints').safeParse(told);
  const shape = (checked.error?.issues ?? []).map(({ path: at, message }) => faultAt(at, message));
  const faults = [...shape, ...relations(Array.isArray(told) ? told : [])];
  if (!checked.success || faults.length > 0) return { faults };
  return { endpoints: checked.data.map(endpointOf) };
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** The parser's own message quotes the text, secrets included: it is dropped. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function faultAt(at: readonly PropertyKey[], message: string): string {
  return at.length === 0 ? message : `${at.map(String).join('.')}: ${message}`;
}

/** What is wrong between fields; looked for in what was written, since other faults must not hide these. */
function relations(list: readonly unknown[]): string[] {
  const seen = new Set<string>();
  return list.flatMap((item, at) => {
    const { name, provider: sender, secrets, ...rest } = fieldsOf(item);
    const faults: string[] = [];
    const path = JSON.stringify([sender, name]);
    if (name === DEFAULT_ENDPOINT) faults.push(`${at}.name: the environment configures the default endpoint`);
    if (typeof name === 'string' && seen.has(path)) faults.push(`${at}.name: the endpoint is listed twice`);
    seen.add(path);
    const provider = typeof sender === 'string' ? providerOf(sender) : undefined;
    if (provider === undefined) return faults;
    (Array.isArray(secrets) ? secrets : []).forEach((secret: unknown, n) => {
      const fault = typeof secret === 'string' ? provider.secretFault(secret) : null;
      if (fault !== null) faults.push(`${at}.secrets.${n}: ${fault}`);
    });
    return [
      ...faults,
      ...misplaced(provider.name, rest).map((key) => `${at}.${key}: is not for ${provider.name}`),
    ];
  });
}

/** Settings that another sender's bodies have nothing for. */
function misplaced(provider: string, fields: Readonly<Record<string, unknown>>): string[] {
  const own: Record<string, readonly string[]> = {
    elevenlabs: ['campaignVariable', 'callSidVariable', 'sentiment', 'sentimentByAgent'],
    twilio: ['allowGet'],
  };
  return Object.entries(own)
    .filter(([name]) => name !== provider)
    .flatMap(([, keys]) => keys.filter((key) => fields[key] !== undefined));
}

function endpointOf(told: z.output<typeof entry>): NamedEndpoint {
  const { name, provider, secrets, publicUrl, allowGet, ...settings } = told;
  return {
    name,
    provider,
    secrets: secrets.map((secret) => new Secret(secret)),
    ...(publicUrl !== undefined && { publicUrl }),
    allowGet,
    settings,
  };
}
