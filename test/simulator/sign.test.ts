/** The simulator's signatures against the vendors' published vectors and official libraries. */
import { describe, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import twilio from 'twilio';
import { deliveriesOf } from './payloads.ts';
import { planCalls } from './plan.ts';
import { signatureHeaders, signElevenLabs, signStandard, signTwilio } from './sign.ts';

describe('published vectors', () => {
  test('ElevenLabs signs time, dot and body with the whole secret', () => {
    const body = Buffer.from(
      '{"type":"post_call_transcription","event_timestamp":1739537297,"data":{"conversation_id":"abc"}}',
    );
    expect(signElevenLabs('wsec_test_secret', 1739537297, body)).toBe(
      't=1739537297,v0=5bee464c180a6bbfc5af865307f25e1f290497bd4f4ca28ac850f43de6bde023',
    );
  });

  test('Twilio signs the address and the sorted parameters', () => {
    const form = new URLSearchParams({
      Digits: '1234',
      CallSid: 'CA1234567890ABCDE',
      To: '+18005551212',
      From: '+14158675309',
      Caller: '+14158675309',
    });
    expect(signTwilio('12345', 'https://mycompany.com/myapp.php?foo=1&bar=2', form)).toBe(
      'RSOYDt4T1cUTdK1PDd93/VVr8B8=',
    );
  });

  test('Twilio signs empty parameters too', () => {
    const form = new URLSearchParams({
      CallSid: 'CA00000000000000000000000000000001',
      CallStatus: 'completed',
      CallDuration: '42',
      SequenceNumber: '3',
      Empty: '',
    });
    expect(signTwilio('12345', 'https://example.com/hooks/twilio', form)).toBe(
      'kOKPrxMec6ARagz2+Tf+ayuvUvs=',
    );
  });

  test.each([
    [
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', unixSecs: 1614265330, text: '{"test": 2432232314}' },
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    ],
    [
      'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD',
      {
        id: 'msg_27UH4WbU6Z5A5EzD8u03UvzRbpk',
        unixSecs: 1649367553,
        text: '{"email":"test@example.com","username":"test_user"}',
      },
      'v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=',
    ],
  ])('Standard Webhooks signs id, time and body (%s)', (secret, { id, unixSecs, text }, signature) => {
    expect(signStandard(secret, { id, unixSecs, body: Buffer.from(text) })).toBe(signature);
  });
});

test('the official libraries accept what is planned', () => {
  const baseAt = new Date();
  const secrets = { elevenlabs: 'wsec_x', twilio: 'token', standard: `whsec_${'c2VjcmV0'.repeat(4)}` };
  const publicUrl = 'https://hooks.example.com/';
  const calls = planCalls({ seed: 7, calls: 60, days: 1, baseAt });
  const seen = new Set<string>();
  for (const delivery of calls.flatMap((call) => deliveriesOf(call, baseAt))) {
    const headers = signatureHeaders(delivery, { secrets, publicUrl, at: baseAt });
    const text = delivery.body.toString('utf8');
    if (delivery.provider === 'twilio') {
      const form = Object.fromEntries(new URLSearchParams(text));
      const url = `https://hooks.example.com${delivery.path}`;
      expect(twilio.validateRequest('token', headers['x-twilio-signature'] ?? '', url, form)).toBe(true);
    }
    if (delivery.provider === 'standard')
      expect(() => new Webhook(secrets.standard).verify(text, headers)).not.toThrow();
    seen.add(delivery.provider);
  }
  expect([...seen].sort()).toEqual(['elevenlabs', 'standard', 'twilio']);
});
