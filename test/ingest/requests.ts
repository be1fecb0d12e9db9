/** Signed webhooks of the platforms beside the first three senders, over secrets that are only for tests. */
import { createHmac } from 'node:crypto';
import { TEST_SECRETS } from '../support/webhooks.ts';
import type { Signing, TestRequest } from '../support/webhooks.ts';

/** Secrets of all test endpoints, by sender; the first is today's, the second the one being retired. */
export const ALL_SECRETS: Readonly<Record<string, readonly [string, string]>> = {
  ...TEST_SECRETS,
  retell: ['key_retell_test_1', 'key_retell_test_2'],
  vapi: ['vapi-test-secret-1', 'vapi-test-secret-2'],
};

const secretOf = (sender: string) => ALL_SECRETS[sender]?.[0] ?? '';
const bytesOf = (body: Buffer | object) => (Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body)));

/** A webhook as Retell signs it. */
export function retellRequest(body: Buffer | object, signing: Signing = {}): TestRequest {
  const { secret = secretOf('retell'), at = new Date(), target = '/webhooks/retell' } = signing;
  const bytes = bytesOf(body);
  const d = createHmac('sha256', secret).update(bytes).update(String(at.getTime())).digest('hex');
  return { target, body: bytes, headers: { 'x-retell-signature': `v=${at.getTime()},d=${d}` } };
}

/** A server message as Vapi signs it with a credential of type HMAC. */
export function vapiRequest(body: Buffer | object, signing: Signing = {}): TestRequest {
  const { secret = secretOf('vapi'), at = new Date(), target = '/webhooks/vapi' } = signing;
  const bytes = bytesOf(body);
  const time = String(at.getTime());
  const value = createHmac('sha256', secret).update(`${time}.`).update(bytes).digest('hex');
  return { target, body: bytes, headers: { 'x-vapi-signature': value, 'x-vapi-timestamp': time } };
}
