/** Settings from the environment: every fault is reported at once, by name, and no secret can be printed. */
import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { z } from 'zod';

/** The environment is not as it must be; the message names each faulty setting on a line of its own. */
export class ConfigurationError extends Error {
  readonly code = 'CONFIGURATION';
}

/** A value that JSON, logs and the inspector show as `[secret]`. */
export class Secret {
  readonly #text: string;
  constructor(text: string) {
    this.#text = text;
  }
  /** The value itself, for the one place that needs it. */
  reveal(): string {
    return this.#text;
  }
  toString(): string {
    return '[secret]';
  }
  toJSON(): string {
    return '[secret]';
  }
  [inspect.custom](): string {
    return '[secret]';
  }
}

const PORT = /^\d{1,5}$/;

/** A port, 0 for any free one. */
export const port = (byDefault: number) =>
  z
    .string()
    .regex(PORT, 'must be a port, 0 to 65535')
    .transform(Number)
    .refine((value) => value <= 65_535, 'must be a port, 0 to 65535')
    .default(byDefault);

/** An address to bind to. */
export const host = (byDefault: string) => z.string().min(1).default(byDefault);

/** Text with a default. */
export const text = (byDefault: string) => z.string().default(byDefault);

/** Text that may be absent. */
export const optionalText = () => z.string().optional();

/** One of several words. */
export const choice = <const T extends readonly [string, ...string[]]>(words: T, byDefault: T[number]) =>
  z.enum(words, `must be one of: ${words.join(', ')}`).default(byDefault as never);

/** `true` or `false`. */
export const flag = (byDefault: 'true' | 'false') =>
  z
    .enum(['true', 'false'], 'must be true or false')
    .default(byDefault)
    .transform((value) => value === 'true');

/** A whole number between two ends, both included; absent without a default. */
export const wholeNumber = (ends: { least: number; most: number }) =>
  z
    .string()
    .regex(/^\d{1,9}$/, `must be a whole number, ${ends.least} to ${ends.most}`)
    .transform(Number)
    .refine((value) => value >= ends.least && value <= ends.most, `must be ${ends.least} to ${ends.most}`);

/** Comma-separated secrets, so that an old and a new one are both good while they are exchanged; absent: none. */
export const secretList = () =>
  z
    .string()
    .default('')
    .transform((value) =>
      value
        .split(',')
        .map((one) => one.trim())
        .filter((one) => one !== '')
        .map((one) => new Secret(one)),
    );

/** What every process reads. */
export const sharedSettings = {
  MONGODB_URI: z.string('is missing: the address of a MongoDB replica set').min(1),
  MONGODB_DATABASE: text('callviews'),
  OPS_HOST: host('127.0.0.1'),
  LOG_LEVEL: choice(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info'),
  NODE_ENV: choice(['development', 'test', 'production'], 'development'),
};

/**
 * Reads and checks the settings of a process. A setting `X` may also be given as `X_FILE`, the path of a file that holds it.
 * @param schema the settings, named as in the environment
 * @param environment where they stand; `process.env` when left out
 * @returns the checked settings
 * @throws ConfigurationError that lists every fault, without the values
 */
export function loadConfig<S extends z.ZodObject>(
  schema: S,
  environment: NodeJS.ProcessEnv = process.env,
): z.output<S> {
  const given: Record<string, string> = {};
  const faults: string[] = [];
  for (const name of Object.keys(schema.shape)) {
    const direct = environment[name];
    const file = environment[`${name}_FILE`];
    if (direct !== undefined && direct !== '') given[name] = direct;
    else if (file !== undefined && file !== '') {
      try {
        given[name] = readFileSync(file, 'utf8').trim();
      } catch {
        faults.push(`${name}_FILE: the file it names cannot be read`);
      }
    }
  }
  const checked = schema.safeParse(given);
  if (checked.success && faults.length === 0) return checked.data;
  for (const issue of checked.error?.issues ?? []) {
    const name = issue.path.join('.');
    if (!faults.some((fault) => fault.startsWith(name))) faults.push(`${name}: ${issue.message}`);
  }
  throw new ConfigurationError(
    `these settings are wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
  );
}
