import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DEEPEST, parseJson } from '../../../ingest/providers/json.ts';

const nested = (depth: number) => Buffer.from('['.repeat(depth) + ']'.repeat(depth));

describe('parsing a signed body', () => {
  test('the deepest is read, one deeper is not', () => {
    expect(parseJson(nested(DEEPEST)).ok).toBe(true);
    expect(parseJson(nested(DEEPEST + 1))).toEqual({ ok: false, reason: 'depth' });
    expect(parseJson(Buffer.from('{"a":'.repeat(100_000)))).toEqual({ ok: false, reason: 'depth' });
  });
  test('brackets and escaped quotes inside strings do not count', () => {
    const text = JSON.stringify([`${'[{'.repeat(100)}"\\`, '\\', '\\\\"[['.repeat(50)]);
    expect(parseJson(Buffer.from(text))).toEqual({ ok: true, value: JSON.parse(text) as unknown });
  });
  test('a byte order mark is skipped', () => {
    expect(parseJson(Buffer.from('\ufeff{"a":1}'))).toEqual({ ok: true, value: { a: 1 } });
  });
  test('what JSON.parse reads is read the same, what it refuses is unparsable', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), (text) => {
        expect(parseJson(Buffer.from(text))).toEqual({ ok: true, value: JSON.parse(text) as unknown });
      }),
    );
    expect(parseJson(Buffer.from('"open'))).toEqual({ ok: false, reason: 'unparsable' });
    expect(parseJson(Buffer.alloc(0))).toEqual({ ok: false, reason: 'unparsable' });
  });
});
