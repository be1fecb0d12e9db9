import { describe, expect, test } from '@jest/globals';
import { inspect } from 'node:util';
import { INGEST_SETTINGS, secretsOf } from '../../ingest/settings.ts';
import { loadConfig } from '../../ops/process/config.ts';

const base = { MONGODB_URI: 'mongodb://localhost/' };
const standard = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

describe('the settings of ingest', () => {
  test('have the contract’s defaults', () => {
    const config = loadConfig(INGEST_SETTINGS, base);
    expect(config).toMatchObject({ INGEST_HOST: '127.0.0.1', INGEST_PORT: 4001, INGEST_OPS_PORT: 9401 });
    expect([...secretsOf(config).values()]).toEqual([[], [], [], [], []]);
  });
  test('take lists of secrets and name them without telling them', () => {
    const config = loadConfig(INGEST_SETTINGS, {
      ...base,
      TWILIO_AUTH_TOKEN: 'first,second',
      STANDARD_WEBHOOK_SECRET: standard,
      PUBLIC_WEBHOOK_URL: 'https://calls.example/in/',
    });
    const secrets = secretsOf(config);
    expect(secrets.get('twilio')?.map(({ value }) => value)).toEqual(['first', 'second']);
    expect(new Set(secrets.get('twilio')?.map(({ id }) => id)).size).toBe(2);
    expect(config.PUBLIC_WEBHOOK_URL).toBe('https://calls.example/in');
    expect(inspect(config) + JSON.stringify(config)).not.toMatch(/first|whsec_/);
  });
  test('report every fault at once, by name, without the secret', () => {
    const faulty = {
      ...base,
      STANDARD_WEBHOOK_SECRET: `${standard},whsec_c2hvcnQ=`,
      ELEVENLABS_WEBHOOK_SECRET: 'short',
      RETELL_WEBHOOK_SECRET: 'key_1234567890,short',
      VAPI_WEBHOOK_SECRET: 'with blank',
      PUBLIC_WEBHOOK_URL: 'calls.example',
    };
    let message = '';
    try {
      loadConfig(INGEST_SETTINGS, faulty);
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(/STANDARD_WEBHOOK_SECRET: secret 2 is not/);
    expect(message).toMatch(/ELEVENLABS_WEBHOOK_SECRET: secret 1/);
    expect(message).toMatch(/RETELL_WEBHOOK_SECRET: secret 2/);
    expect(message).toMatch(/VAPI_WEBHOOK_SECRET: secret 1/);
    expect(message).toMatch(/PUBLIC_WEBHOOK_URL/);
    expect(message).not.toMatch(/c2hvcnQ/);
  });
});
