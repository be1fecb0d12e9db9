import { describe, expect, test } from '@jest/globals';
import { elevenlabs } from '../../../ingest/providers/elevenlabs.ts';
import { twilio } from '../../../ingest/providers/twilio.ts';
import { outcomeOf, verdictOf } from './vector.ts';
import type { Vector } from './vector.ts';

describe('ElevenLabs signatures', () => {
  const v0 = '5bee464c180a6bbfc5af865307f25e1f290497bd4f4ca28ac850f43de6bde023';
  const t = 1_739_537_297;
  const vector = (header: string | undefined, more: Partial<Vector> = {}): Vector => ({
    secret: 'wsec_test_secret',
    now: t,
    body: '{"type":"post_call_transcription","event_timestamp":1739537297,"data":{"conversation_id":"abc"}}',
    headers: { 'elevenlabs-signature': header },
    ...more,
  });

  test('the known vector is right, with the skew of our clock', () => {
    expect(verdictOf(elevenlabs, vector(`t=${t},v0=${v0}`, { now: t + 3 }))).toEqual({
      ok: true,
      secretId: '1',
      scheme: 'elevenlabs-v0',
      skewMs: 3_000,
    });
  });
  test.each([
    ['blanks between the parts', ` t=${t} , v0=${v0} `, {}, 'ok 1'],
    ['upper-case hex', `t=${t},v0=${v0.toUpperCase()}`, {}, 'ok 1'],
    ['the right value as second of two', `t=${t},v0=${'0'.repeat(64)},v0=${v0}`, {}, 'ok 1'],
    ['the previous secret', `t=${t},v0=${v0}`, { secret: 'wsec_another_one|wsec_test_secret' }, 'ok 2'],
    ['another secret', `t=${t},v0=${v0}`, { secret: 'wsec_another_one' }, 'wrong'],
    ['another body', `t=${t},v0=${v0}`, { body: '{}' }, 'wrong'],
    ['another time', `t=${t + 1},v0=${v0}`, {}, 'wrong'],
    ['59 minutes old', `t=${t},v0=${v0}`, { now: t + 59 * 60 }, 'ok 1'],
    ['61 minutes old', `t=${t},v0=${v0}`, { now: t + 61 * 60 }, 'stale'],
    ['6 minutes ahead', `t=${t},v0=${v0}`, { now: t - 6 * 60 }, 'stale'],
    ['old and wrong', `t=${t},v0=${v0}`, { now: t + 61 * 60, body: '{}' }, 'wrong'],
    ['no header', undefined, {}, 'missing'],
    ['an empty header', '', {}, 'missing'],
    ['a time alone', `t=${t}`, {}, 'malformed'],
    ['a value alone', `v0=${v0}`, {}, 'malformed'],
    ['a value of the wrong length', `t=${t},v0=${v0.slice(2)}`, {}, 'malformed'],
    ['two times', `t=1,t=2,v0=${v0}`, {}, 'malformed'],
    ['a header sent twice', `t=${t},v0=${v0}, t=${t},v0=${v0}`, {}, 'malformed'],
    ['a time that is no number', `t=1e9,v0=${v0}`, {}, 'malformed'],
    ['10 KB', `t=${t},v0=${v0},${'x'.repeat(10_000)}`, {}, 'malformed'],
  ])('%s', (...[, header, more, expected]) => {
    expect(outcomeOf(elevenlabs, vector(header, more))).toBe(expected);
  });
});

describe('Twilio signatures', () => {
  type FormParts = [target: string, signature: string | undefined, body: string, more?: Partial<Vector>];
  const form = (...[target, signature, body, more = {}]: FormParts): Vector => ({
    secret: '12345',
    publicUrl: 'https://mycompany.com',
    target,
    body,
    headers: { 'x-twilio-signature': signature, 'content-type': 'application/x-www-form-urlencoded' },
    ...more,
  });
  const official =
    'CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212';
  const json = '{"property": "value", "boolean": true}';
  const hash = '0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620';
  const jsonTarget = (value: string) => `/myapp.php?foo=1&bar=2&bodySHA256=${value}`;
  const asJson = (more: Partial<Vector> = {}) => ({
    headers: { 'x-twilio-signature': 'a9nBmqA0ju/hNViExpshrM61xv4=', 'content-type': 'application/json' },
    ...more,
  });
  const signature = 'RSOYDt4T1cUTdK1PDd93/VVr8B8=';
  const own =
    'CallSid=CA00000000000000000000000000000001&CallStatus=completed&CallDuration=42&SequenceNumber=3&Empty=';

  test.each([
    ['the official form', form('/myapp.php?foo=1&bar=2', signature, official), 'ok 1'],
    ['the official JSON', form(jsonTarget(hash), '', json, asJson()), 'ok 1'],
    [
      'an empty parameter',
      form('/hooks/twilio', 'kOKPrxMec6ARagz2+Tf+ayuvUvs=', own, { publicUrl: 'https://example.com' }),
      'ok 1',
    ],
    [
      'the port of the scheme',
      form('/myapp.php?foo=1&bar=2', signature, official, { publicUrl: 'https://mycompany.com:443' }),
      'ok 1',
    ],
    ['the other token', form('/myapp.php?foo=1&bar=2', signature, official, { secret: 'x|12345' }), 'ok 2'],
    ['a wrong token', form('/myapp.php?foo=1&bar=2', signature, official, { secret: '54321' }), 'wrong'],
    ['another query', form('/myapp.php?foo=1&bar=3', signature, official), 'wrong'],
    [
      'another host',
      form('/myapp.php?foo=1&bar=2', signature, official, { publicUrl: 'https://evil.example' }),
      'wrong',
    ],
    [
      'a changed parameter',
      form('/myapp.php?foo=1&bar=2', signature, official.replace('1234&', '1235&')),
      'wrong',
    ],
    ['JSON of other bytes', form(jsonTarget(hash), '', `${json} `, asJson()), 'malformed'],
    ['JSON with an upper-case hash', form(jsonTarget(hash.toUpperCase()), '', json, asJson()), 'malformed'],
    ['JSON without a hash', form('/myapp.php?foo=1&bar=2', '', json, asJson()), 'malformed'],
    ['no header', form('/myapp.php', undefined, official), 'missing'],
    ['10 KB', form('/myapp.php', 'x'.repeat(10_000), official), 'malformed'],
  ])('%s', (_name, vector, expected) => {
    expect(outcomeOf(twilio, vector)).toBe(expected);
  });

  test('a form of more parameters or bytes than any callback has is refused before it is taken apart', () => {
    const many = Buffer.alloc(200_000, 'a=&').toString();
    expect(outcomeOf(twilio, form('/', 'AAAA', many))).toBe('malformed');
    expect(outcomeOf(twilio, form('/', 'AAAA', `a=${'x'.repeat(2_000_000)}`))).toBe('malformed');
    expect(outcomeOf(twilio, form('/', 'AAAA', Buffer.alloc(2_900, 'a=&').toString()))).toBe('wrong');
  });

  test('a name of an object prototype is a parameter like any other', () => {
    expect(outcomeOf(twilio, form('/', 'AAAA', '__proto__=1&constructor=2&CallSid[$ne]=x'))).toBe('wrong');
  });
});
