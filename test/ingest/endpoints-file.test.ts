import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { createEndpoints, namedEndpoints } from '../../ingest/endpoints.ts';
import { INGEST_SETTINGS } from '../../ingest/settings.ts';
import { loadConfig } from '../../ops/process/config.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'callviews-test-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function load(content: unknown) {
  const path = join(folder, 'endpoints.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return loadConfig(INGEST_SETTINGS, { MONGODB_URI: 'mongodb://localhost/', ENDPOINTS_FILE: path })
    .ENDPOINTS_FILE;
}
function faultsOf(content: unknown): string {
  try {
    load(content);
  } catch (error) {
    return String(error);
  }
  throw new Error('no fault was found');
}
const SALES = { name: 'sales', provider: 'elevenlabs', secrets: ['wsec_sales_secret'] };
const STANDARD = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

describe('the file of further endpoints', () => {
  test('may be absent: the default endpoints are served alone', () => {
    const config = loadConfig(INGEST_SETTINGS, { MONGODB_URI: 'mongodb://localhost/' });
    expect(config.ENDPOINTS_FILE).toEqual([]);
    const find = createEndpoints(new Map(), namedEndpoints(config.ENDPOINTS_FILE));
    expect(find('/webhooks/elevenlabs')).toMatchObject({ name: 'default', settingsVersion: '1' });
    expect(find('/webhooks/elevenlabs/sales')).toBeNull();
  });

  test('names endpoints beside the defaults; its secrets cannot be printed', () => {
    const scale = { worst: 1, best: 5 };
    const list = load([
      { ...SALES, sentiment: { from: 'data_collection', id: 'mood', labels: { Happy: 'positive' }, scale } },
      {
        name: 'gw',
        provider: 'twilio',
        secrets: ['old', 'new'],
        publicUrl: 'https://gw.example/in/',
        allowGet: true,
      },
      { name: 'sales', provider: 'standard', secrets: [STANDARD] },
    ]);
    expect(inspect(list, { depth: 9 }) + JSON.stringify(list)).not.toMatch(/wsec_sales|whsec_|'old'|"old"/);
    const find = createEndpoints(new Map(), namedEndpoints(list));
    const sales = find('/webhooks/elevenlabs/sales?x=1');
    expect(sales?.secrets.map(({ value }) => value)).toEqual(['wsec_sales_secret']);
    expect(sales?.settings).toEqual({
      campaignVariable: 'campaign_id',
      callSidVariable: 'system__call_sid',
      sentiment: {
        from: 'data_collection',
        id: 'mood',
        labels: { happy: 'positive' },
        scale: { worst: 1, best: 5, negativeBelow: -0.25, positiveAbove: 0.25 },
      },
    });
    expect(sales?.settingsVersion).toMatch(/^[0-9a-f]{16}$/);
    expect(find('/webhooks/twilio/gw')).toMatchObject({ publicUrl: 'https://gw.example/in', allowGet: true });
    expect(find('/webhooks/standard/sales')?.settingsVersion).toBe('1');
    expect(find('/webhooks/elevenlabs')).toMatchObject({ name: 'default', secrets: [] });
  });

  test('is refused with every fault at once, by place, and no secret in it', () => {
    const text = faultsOf([
      { ...SALES, secrets: ['tiny'], secret: 'wsec_typo_secret' },
      { name: 'a/b', provider: 'acme', secrets: [] },
      { ...SALES, name: 'default' },
      {
        name: 'gw',
        provider: 'twilio',
        secrets: ['has blank'],
        campaignVariable: 'x',
        publicUrl: 'gw.example',
      },
      { ...SALES, allowGet: true },
      { name: 's', provider: 'standard', secrets: ['whsec_c2hvcnQ='] },
      { ...SALES, name: 'm', sentiment: { from: 'guess', id: '', scale: { worst: 1, best: 1 } } },
      { ...SALES, name: 'n', sentiment: { from: 'data_collection', id: 'x', labels: { a: 'glad' } } },
      { ...SALES, name: 'o', sentimentByAgent: { a: { from: 'data_collection', id: 'x' } } },
      7,
    ]);
    for (const fault of [
      'ENDPOINTS_FILE: ',
      '0: Unrecognized key: "secret"',
      '0.secrets.0: is blank-padded',
      '1.name: must be',
      '1.provider: ',
      '1.secrets: must hold a secret',
      '2.name: the environment configures',
      '3.publicUrl: must be',
      '3.secrets.0: holds blanks',
      '3.campaignVariable: is not for twilio',
      '4.name: the endpoint is listed twice',
      '4.allowGet: is not for elevenlabs',
      '5.secrets.0: is not whsec_',
      '6.sentiment.from: ',
      '6.sentiment.id: ',
      '6.sentiment.scale: worst and best must differ',
      '7.sentiment.labels.a: ',
      '8.sentimentByAgent.a: needs labels or a scale',
      '9: ',
    ])
      expect(text).toContain(fault);
    expect(text).not.toMatch(/tiny|wsec_|c2hvcnQ|has blank/);
  });

  test.each([
    ['no JSON', '[{"secrets":["wsec_sales_secret"]', 'is no JSON'],
    ['no list', '{}', 'must be a list of endpoints'],
  ])('that is %s stops the start and is not quoted', (_name, content, fault) => {
    const text = faultsOf(content);
    expect(text).toContain(fault);
    expect(text).not.toMatch(/wsec_/);
  });
  test('that cannot be read stops the start', () => {
    const given = { MONGODB_URI: 'mongodb://localhost/', ENDPOINTS_FILE: join(folder, 'none.json') };
    expect(() => loadConfig(INGEST_SETTINGS, given)).toThrow(
      /ENDPOINTS_FILE: the file it names cannot be read/,
    );
  });
});
