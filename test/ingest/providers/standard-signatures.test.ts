import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { standardWebhooks } from '../../../ingest/providers/standard-webhooks.ts';
import { outcomeOf, verdictOf } from './vector.ts';
import type { Vector } from './vector.ts';

describe('Standard Webhooks signatures', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const good = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
  const t = 1_614_265_330;
  const vector = (signature: string | undefined, more: Partial<Vector> = {}): Vector => ({
    secret,
    now: t,
    body: '{"test": 2432232314}',
    headers: {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': String(t),
      'webhook-signature': signature,
    },
    ...more,
  });
  const headers = (more: Record<string, string | undefined>) => ({
    headers: { ...vector(good).headers, ...more },
  });
  const svix = {
    headers: {
      'svix-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'svix-timestamp': String(t),
      'svix-signature': good,
    },
  };

  test.each([
    ['the known vector', good, {}, 'ok 1'],
    ['the same under svix names', undefined, svix, 'ok 1'],
    ['ids of two families never mix', good, headers({ 'webhook-id': undefined, ...svix.headers }), 'missing'],
    ['a secret without its prefix', good, { secret: secret.slice(6) }, 'ok 1'],
    ['the second secret', good, { secret: `whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD|${secret}` }, 'ok 2'],
    ['one of four with a v2 among them', `v1,AAAA v2,BBBB ${good} v1,CCCC`, {}, 'ok 1'],
    ['a v1a alone, with a shared secret alone', `v1a,${good.slice(3)}`, {}, 'wrong'],
    ['an unknown version alone', `v2,${good.slice(3)}`, {}, 'malformed'],
    ['an empty secret', good, { secret: '' }, 'wrong'],
    ['a prefix without a secret', good, { secret: 'whsec_' }, 'wrong'],
    ['v1 without a value', 'v1,', {}, 'wrong'],
    ['the first eight characters', good.slice(0, 11), {}, 'wrong'],
    ['another body', good, { body: '{"test": 2432232315}' }, 'wrong'],
    ['an empty body', good, { body: '' }, 'wrong'],
    ['no id', good, headers({ 'webhook-id': undefined }), 'missing'],
    ['no time', good, headers({ 'webhook-timestamp': undefined }), 'missing'],
    ['no signature', undefined, {}, 'missing'],
    ['a time that is none', good, headers({ 'webhook-timestamp': 'hello' }), 'malformed'],
    ['a time the library reads leniently', good, headers({ 'webhook-timestamp': `${t}.0` }), 'malformed'],
    ['300 s old', good, { now: t + 300 }, 'ok 1'],
    ['301 s old', good, { now: t + 301 }, 'stale'],
    ['301 s ahead', good, { now: t - 301 }, 'stale'],
  ])('%s', (...[, signature, more, expected]) => {
    expect(outcomeOf(standardWebhooks, vector(signature, more))).toBe(expected);
  });

  test('the second known vector is right', () => {
    const request = {
      secret: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
      now: 1_649_367_553,
      body: '{"email":"test@example.com","username":"test_user"}',
      headers: {
        'webhook-id': 'msg_27UH4WbU6Z5A5EzD8u03UvzRbpk',
        'webhook-timestamp': '1649367553',
        'webhook-signature': 'v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=',
      },
    };
    expect(outcomeOf(standardWebhooks, request)).toBe('ok 1');
  });
  test('what the reference library signs is right', () => {
    const at = new Date('2026-11-23T10:00:00Z');
    const signature = new Webhook(secret).sign('msg_1', at, '{"type":"x"}');
    const own = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(at.getTime() / 1_000),
      'webhook-signature': signature,
    };
    const request = { secret, now: at.getTime() / 1_000, body: '{"type":"x"}', headers: own };
    expect(outcomeOf(standardWebhooks, request)).toBe('ok 1');
  });
  test('an empty body that was signed is right', () => {
    const at = new Date('2026-11-23T10:00:00Z');
    const time = String(at.getTime() / 1_000);
    const own = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': time,
      'webhook-signature': new Webhook(secret).sign('msg_1', at, ''),
    };
    expect(outcomeOf(standardWebhooks, { secret, now: Number(time), body: '', headers: own })).toBe('ok 1');
  });
  test('bytes that are no text are compared as bytes', () => {
    const vectorOf = (body: Buffer) => ({ secret, now: t, body, headers: { ...vector(undefined).headers } });
    const key = Buffer.from(secret.slice(6), 'base64');
    const signed = Buffer.from([0x7b, 0xef, 0xbf, 0xbd, 0x7d]);
    const value = createHmac('sha256', key)
      .update(`msg_p5jXN8AQM9LWM0D4loKWxJek.${t}.`)
      .update(signed)
      .digest('base64');
    const outcome = (body: Buffer) => {
      const request = vectorOf(body);
      return outcomeOf(standardWebhooks, {
        ...request,
        headers: { ...request.headers, 'webhook-signature': `v1,${value}` },
      });
    };
    expect(outcome(signed)).toBe('ok 1');
    expect(outcome(Buffer.from([0x7b, 0xff, 0x7d]))).toBe('wrong');
  });
});

describe('signatures by public key', () => {
  const publicKey = 'whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';
  const shared = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const good = 'v1a,pbpYBMlty2hExn4zt0UTGb6BaP2Vq5AfyzjB9GGV3x/wCJKd8UjOCf8Qhaji6TKY9C5eNMnlF0GG4udaO6B7Ag==';
  const t = 1_674_087_231;
  const body =
    '{"type":"contact.created","timestamp":"2022-11-03T20:26:10.344522Z","data":{"id":"1f81eb52-5198-4599-803e-771906343485"}}';
  const vector = (signature: string, more: Partial<Vector> = {}): Vector => ({
    secret: publicKey,
    now: t,
    body,
    headers: {
      'webhook-id': 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W',
      'webhook-timestamp': String(t),
      'webhook-signature': signature,
    },
    ...more,
  });
  test('the known vector is right, and says by which scheme', () => {
    expect(verdictOf(standardWebhooks, vector(good))).toEqual({
      ok: true,
      secretId: '1',
      scheme: 'standard-v1a',
      skewMs: 0,
    });
  });
  test.each([
    ['beside a shared secret', good, { secret: `${shared}|${publicKey}` }, 'ok 2'],
    ['behind a wrong v1', `v1,AAAA ${good}`, {}, 'ok 1'],
    ['as the fourth of four', `v1a,AAAA v1a,BBBB v1a, ${good}`, {}, 'ok 1'],
    ['as the fifth, which is not looked at', `v1a,A v1a,B v1a,C v1a,D ${good}`, {}, 'wrong'],
    ['with a shared secret alone', good, { secret: shared }, 'wrong'],
    ['with the key as a shared secret', good, { secret: publicKey.slice(5) }, 'wrong'],
    ['presented as a v1', good.replace('v1a', 'v1'), {}, 'wrong'],
    ['of another body', good, { body: `${body} ` }, 'wrong'],
    ['of another key', good, { secret: 'whpk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' }, 'wrong'],
    ['cut short', good.slice(0, 40), {}, 'wrong'],
    ['too old', good, { now: t + 301 }, 'stale'],
  ])('%s', (...[, signature, more, expected]) => {
    expect(outcomeOf(standardWebhooks, vector(signature, more))).toBe(expected);
  });
});

describe('the secrets', () => {
  const base64 = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64');
  test.each([
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    [`whsec_${base64(16)}`],
    [`whsec_${base64(64)}`],
    [`whpk_${base64(32)}`],
  ])('%s is taken', (secret) => {
    expect(standardWebhooks.secretFault(secret)).toBeNull();
  });
  test.each([
    ['', 'canonical base64 of at least 16'],
    ['whsec_', 'canonical base64 of at least 16'],
    [`whsec_${base64(15)}`, 'at least 16 bytes'],
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS*', 'canonical base64'],
    [`whsec_${base64(16).slice(0, -2)}`, 'canonical base64'],
    ['v1,whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'from whsec_ on'],
    ['v1a,whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=', 'from whsec_ on'],
    ['whsec_MfKQ9r8GKYqrTwjUPD8I LPZIo2LaLaSw', 'blanks'],
    ['"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"', 'quotation marks'],
    [`whsk_${base64(64)}`, 'private key'],
    [`whpk_${base64(31)}`, 'whpk_ and canonical base64 of 32 bytes'],
    [`whpk_${base64(33)}`, 'whpk_ and canonical base64 of 32 bytes'],
  ])('%j is refused at the start, with what to do', (secret, told) => {
    const fault = standardWebhooks.secretFault(secret);
    expect(fault).toContain(told);
    if (secret.length > 10) expect(fault).not.toContain(secret.slice(6));
  });
});
