import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { PROVIDERS } from '../../../ingest/providers/index.ts';
import type { Delivery, Provider } from '../../../ingest/providers/provider.ts';
import {
  elevenlabsRequest,
  standardRequest,
  statusParameters,
  twilioRequest,
  without,
} from '../../support/webhooks.ts';
import type { Signing, TestRequest } from '../../support/webhooks.ts';
import { fixture } from '../../fixtures/read.ts';
import { ALL_SECRETS, retellRequest, vapiRequest } from '../requests.ts';

const at = new Date('2026-11-23T10:00:00Z');
const publicUrl = 'https://public.example';
/** One good request of each sender: a sender without a line here fails the suite. */
const GOOD: Record<string, { request: (signing: Signing) => TestRequest; signed: string }> = {
  elevenlabs: {
    signed: 'elevenlabs-signature',
    request: (signing) =>
      elevenlabsRequest(
        {
          type: 'post_call_transcription',
          event_timestamp: 1_795_428_000,
          data: { conversation_id: 'c1', status: 'done' },
        },
        { at, ...signing },
      ),
  },
  twilio: {
    signed: 'x-twilio-signature',
    request: (signing) =>
      twilioRequest(statusParameters({ CallStatus: 'completed', CallDuration: '42' }), signing),
  },
  standard: {
    signed: 'webhook-signature',
    request: (signing) =>
      standardRequest(
        'msg_1',
        { type: 'call.completed', timestamp: at.toISOString(), data: { call_id: '1' } },
        { at, ...signing },
      ),
  },
  retell: {
    signed: 'x-retell-signature',
    request: (signing) => retellRequest(fixture('retell/call_ended.json'), { at, ...signing }),
  },
  vapi: {
    signed: 'x-vapi-signature',
    request: (signing) => vapiRequest(fixture('vapi/end-of-call-report.json'), { at, ...signing }),
  },
};

function verify(provider: Provider, request: TestRequest) {
  const secrets = (ALL_SECRETS[provider.name] ?? []).map((value, n) => ({
    id: `s${n + 1}`,
    value,
  }));
  return provider.verify({ ...request, publicUrl }, secrets, at);
}
const deliveryOf = (request: TestRequest): Delivery => ({ ...request, endpoint: 'default', receivedAt: at });

describe.each(PROVIDERS.map((provider) => [provider.name, provider] as const))(
  'the sender %s',
  (name, provider) => {
    const good = GOOD[name];
    if (good === undefined) throw new Error(`no good request is listed for ${name}`);
    const [first, second] = ALL_SECRETS[name] ?? ['', ''];
    const request = good.request({ secret: first });

    test('a right signature is right, and says which secret made it', () => {
      expect(verify(provider, request)).toMatchObject({ ok: true, secretId: 's1' });
      expect(verify(provider, good.request({ secret: second }))).toMatchObject({ ok: true, secretId: 's2' });
    });
    test('a wrong secret, a missing header, no secret at all: refused', () => {
      const wrong = name === 'standard' ? 'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' : 'another-secret';
      expect(verify(provider, good.request({ secret: wrong }))).toEqual({ ok: false, cause: 'wrong' });
      const headers = without(request.headers, good.signed);
      expect(verify(provider, { ...request, headers })).toEqual({ ok: false, cause: 'missing' });
      expect(provider.verify({ ...request, publicUrl }, [], at)).toEqual({ ok: false, cause: 'wrong' });
    });
    test('any altered byte is refused', () => {
      fc.assert(
        fc.property(fc.nat(request.body.length - 1), fc.integer({ min: 1, max: 127 }), (index, change) => {
          const body = Buffer.from(request.body);
          body[index] = (body[index] ?? 0) ^ change;
          // In a form, letters of a %-escape may change case and a blank may be written as + without any change of meaning.
          fc.pre(
            new URLSearchParams(body.toString()).toString() !==
              new URLSearchParams(request.body.toString()).toString() || name !== 'twilio',
          );
          expect(verify(provider, { ...request, body }).ok).toBe(false);
        }),
      );
    });
    test('any signature header is answered without a throw', () => {
      fc.assert(
        fc.property(fc.string({ maxLength: 300 }), (value) => {
          const headers = { ...request.headers, [good.signed]: value };
          expect(verify(provider, { ...request, headers }).ok).toBe(false);
        }),
      );
    });
    test('any signed bytes are identified without a throw, and the same way twice', () => {
      const json = fc.json().map((text) => Buffer.from(text));
      const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
      fc.assert(
        fc.property(fc.oneof(json, bytes), (body) => {
          const once = provider.identify(deliveryOf({ ...request, body }));
          expect(once.length).toBeGreaterThan(0);
          const stripped = (findings: typeof once) => JSON.stringify(findings);
          expect(stripped(provider.identify(deliveryOf({ ...request, body })))).toBe(stripped(once));
          for (const finding of once) if (finding.readable) finding.interpret();
        }),
      );
    });
    test('the good request is one event with a key, a part and facts', () => {
      const [finding, ...more] = provider.identify(deliveryOf(request));
      expect(more).toEqual([]);
      if (finding?.readable !== true) throw new Error('it cannot be read');
      expect(finding.key).not.toBeNull();
      expect(finding.partId).toMatch(new RegExp(`^${name}:.`));
      expect(finding.interpret()?.groups.status?.value).toBe('ended');
      expect(finding.flags).toEqual([]);
    });
  },
);
