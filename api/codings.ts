/** How bytes travel: which coding a client takes, and the bytes in it. */
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** The codings of an answer, the best first. */
export const CODINGS = ['br', 'gzip', 'identity'] as const;
/** One of {@link CODINGS}. */
export type Coding = (typeof CODINGS)[number];

/** Below this, what is saved is less than a packet. */
const LEAST_BYTES = 1_024;
/** At 5 brotli is as quick as gzip and a fifth smaller; at its own default of 11 it is a hundred times slower. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };

const compressed = {
  br: (bytes: Buffer) => promisify(brotliCompress)(bytes, BROTLI),
  gzip: (bytes: Buffer) => promisify(gzip)(bytes),
};

/**
 * The coding that a client takes.
 * @param accepted its `Accept-Encoding`, undefined where it sends none
 * @returns the best of ours that it takes; identity where it takes none
 */
export function codingFor(accepted: string | undefined): Coding {
  if (accepted === undefined) return 'identity';
  const weights = new Map<string, number>();
  for (const one of accepted.toLowerCase().split(',')) {
    const [name = '', ...parameters] = one.split(';').map((text) => text.trim());
    const q = parameters.find((text) => text.startsWith('q='))?.slice(2);
    weights.set(name, q === undefined ? 1 : Number(q) || 0);
  }
  const weightOf = (coding: Coding): number => weights.get(coding) ?? weights.get('*') ?? 0;
  const taken = CODINGS.filter((coding) => coding !== 'identity' && weightOf(coding) > 0);
  // Of equal weights the first stands: ours are in the order of what they save.
  return taken.reduce<Coding>(
    (best, one) => (best === 'identity' || weightOf(one) > weightOf(best) ? one : best),
    'identity',
  );
}

/**
 * Bytes in a coding.
 * @param bytes as they are
 * @param coding the coding asked for
 * @returns the bytes and the coding they are in: identity where another would save nothing
 */
export async function encoded(bytes: Buffer, coding: Coding): Promise<{ coding: Coding; bytes: Buffer }> {
  if (coding !== 'identity' && bytes.length >= LEAST_BYTES) {
    const smaller = await compressed[coding](bytes);
    if (smaller.length < bytes.length) return { coding, bytes: smaller };
  }
  return { coding: 'identity', bytes };
}
