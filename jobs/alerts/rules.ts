/** The file of business alerts, checked whole before a start: rules over the views, and who is told. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { Secret } from '../../ops/process/config.ts';
import { DIMENSIONS, type Slice } from '../../projector/contract.ts';

/** What can be watched: percentages, a count, and mean seconds of talk. */
export const MEASURES = ['success_rate', 'negative_share', 'calls', 'average_duration_seconds'] as const;
/** One of {@link MEASURES}. */
export type Measure = (typeof MEASURES)[number];

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
/** The scheme's keys have 24 to 64 bytes. */
const SHORTEST_KEY_BYTES = 24;

const slice = z.string().transform((text, context): Slice => {
  if (text === 'all') return { dimension: 'all', key: null };
  const [word, key] = [text.slice(0, text.indexOf(':')), text.slice(text.indexOf(':') + 1)];
  const dimension = DIMENSIONS.find((one) => one === word && one !== 'all');
  if (dimension !== undefined && key !== '') return { dimension, key };
  context.addIssue({ code: 'custom', message: 'must be all, or a dimension and its key: agent:agent_1' });
  return z.NEVER;
});
const limit = z.union(
  [
    z.strictObject({ below: z.number() }),
    z.strictObject({ above: z.number() }),
    z.strictObject({ fallsByPercent: z.number().positive() }),
    z.strictObject({ risesByPercent: z.number().positive() }),
  ],
  'must be one of {below}, {above}, {fallsByPercent}, {risesByPercent}, each with a number',
);
const rule = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]{1,60}$/, 'must be 1 to 60 small letters, digits or -'),
  measure: z.enum(MEASURES),
  slice: slice.default({ dimension: 'all', key: null }),
  hours: z.int().min(1).max(168).default(1),
  /** Fewer calls than these say nothing of a rate; for `calls` it does not count. */
  leastCalls: z.int().min(1).default(20),
  when: limit,
});
const webhook = z.strictObject({
  url: z.string().refine((text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, hostname, username } = new URL(text);
    return username === '' && (protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname)));
  }, 'must be an https address (http on this machine alone)'),
  secret: z
    .string()
    .refine((text) => {
      const key = /^whsec_([A-Za-z0-9+/]+=*)$/.exec(text)?.[1] ?? '';
      return Buffer.from(key, 'base64').length >= SHORTEST_KEY_BYTES;
    }, 'must be whsec_ and base64 of at least 24 bytes')
    .transform((text) => new Secret(text)),
});
const address = z.email();
const file = z.strictObject({
  rules: z
    .array(rule)
    .refine((rules) => new Set(rules.map(({ name }) => name)).size === rules.length, 'names must differ'),
  webhooks: z.array(webhook).default([]),
  email: z.strictObject({ from: address, to: z.array(address).min(1) }).exactOptional(),
});

/** What the file says. */
export type AlertsFile = z.output<typeof file>;
/** One rule. */
export type Rule = z.output<typeof rule>;

/**
 * Reads and checks the file.
 * @param path of a JSON file
 * @returns what it says, or every fault, none with a secret in it
 */
export function readAlertsFile(path: string): AlertsFile | { faults: string[] } {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    const isJson = error instanceof SyntaxError;
    return { faults: [isJson ? 'the file is not JSON' : 'the file cannot be read'] };
  }
  const checked = file.safeParse(content);
  if (checked.success) return checked.data;
  return {
    faults: checked.error.issues.map(({ path: at, message }) => `${at.join('.') || 'file'}: ${message}`),
  };
}
