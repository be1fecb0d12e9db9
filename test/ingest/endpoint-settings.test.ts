import { describe, expect, test } from '@jest/globals';
import { createSettingsOf, keepSettings } from '../../ingest/endpoint-settings.ts';
import type { KeptSettings } from '../../ingest/endpoint-settings.ts';
import { createEndpoints, namedEndpoints } from '../../ingest/endpoints.ts';
import type { FreshEvent } from '../../ingest/event.ts';
import { interpret } from '../../ingest/interpret.ts';
import { DEFAULT_SETTINGS, settingsText, settingsVersion } from '../../ingest/interpret-settings.ts';
import type { InterpretSettings } from '../../ingest/interpret-settings.ts';
import { Secret } from '../../ops/process/config.ts';
import { openIngestDatabase, startIngest } from '../support/ingest.ts';
import { elevenlabsRequest, twilioRequest } from '../support/webhooks.ts';

const SECRET = 'wsec_sales_secret';
const SETTINGS: InterpretSettings = {
  campaignVariable: 'drive',
  callSidVariable: 'leg',
  sentiment: { from: 'data_collection', id: 'mood', labels: { happy: 'positive' } },
};
const endpoint = (more: object = {}) => ({
  name: 'sales',
  provider: 'elevenlabs',
  secrets: [new Secret(SECRET)],
  allowGet: false,
  settings: SETTINGS,
  ...more,
});
const conversation = (id: string) => ({
  type: 'post_call_transcription',
  event_timestamp: Math.floor(Date.now() / 1_000),
  data: {
    conversation_id: id,
    status: 'done',
    analysis: { data_collection_results: { mood: { value: ' Happy' } } },
    conversation_initiation_client_data: {
      dynamic_variables: { drive: 'autumn', campaign_id: 'spring', leg: `CA${'b'.repeat(32)}` },
    },
  },
});

describe('a named endpoint', () => {
  test('has secrets and settings of its own, and an event keeps the version it was read by for ever', async () => {
    await using database = await openIngestDatabase();
    const named = namedEndpoints([endpoint()]);
    const kept = database.db.collection<KeptSettings>('endpoint_settings');
    await keepSettings(database.db, named);
    await keepSettings(database.db, named);
    expect(await kept.countDocuments()).toBe(1);
    await using running = await startIngest({
      db: database.db,
      endpoints: createEndpoints(new Map([['elevenlabs', [{ id: 's', value: 'wsec_test_secret' }]]]), named),
    });
    const target = '/webhooks/elevenlabs/sales';
    const answers = [
      await running.post(elevenlabsRequest(conversation('c1'), { target, secret: SECRET })),
      await running.post(elevenlabsRequest(conversation('c1'))),
      await running.post(elevenlabsRequest(conversation('c1'), { target })),
      await running.post(elevenlabsRequest(conversation('c1'), { secret: SECRET })),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 401, 401]);
    const events = database.db.collection<FreshEvent>('events');
    const [own, usual] = await Promise.all(
      ['sales', 'default'].map((name) => events.findOne({ endpoint: name })),
    );
    expect(own?.facts?.groups.assignment?.value).toEqual({ campaignId: 'autumn' });
    expect(own?.facts?.groups.sentiment?.value).toEqual({
      sentiment: 'positive',
      sentimentSource: 'endpoint_mapping',
    });
    expect(own?.links).toEqual([`twilio:CA${'b'.repeat(32)}`]);
    expect(usual?.facts?.groups.assignment?.value).toEqual({ campaignId: 'spring' });
    expect([usual?.facts?.groups.sentiment, usual?.links, usual?.settingsVersion]).toEqual([
      undefined,
      [],
      '1',
    ]);

    if (own === null || own === undefined) throw new Error('nothing was stored');
    const settings = await createSettingsOf(database.db)(own.settingsVersion);
    if (settings === null) throw new Error('its settings were not kept');
    const delivery = { ...own, body: Buffer.from(own.body.buffer), headers: own.headers };
    const { facts, links } = interpret('elevenlabs', delivery, settings) ?? {};
    expect({ facts, links }).toEqual({ facts: own.facts, links: own.links });
  });

  test('of Twilio is verified against its own address, by GET only where it is allowed', async () => {
    await using database = await openIngestDatabase();
    const twilio = { provider: 'twilio', secrets: [new Secret('token')], settings: DEFAULT_SETTINGS };
    const named = namedEndpoints([
      endpoint({ ...twilio, name: 'gw', publicUrl: 'https://gw.example/in', allowGet: true }),
      endpoint({ ...twilio, name: 'plain' }),
    ]);
    await using running = await startIngest({
      db: database.db,
      endpoints: createEndpoints(new Map(), named),
    });
    const to = (name: string, url: string) =>
      twilioRequest({}, { secret: 'token', target: `/webhooks/twilio/${name}`, url });
    const get = { ...to('gw', 'https://gw.example/in'), body: Buffer.alloc(0) };
    expect((await running.post(get, 'GET')).status).toBe(200);
    expect((await running.post(get)).status).toBe(200);
    expect((await running.post(to('gw', 'https://public.example'))).status).toBe(401);
    const refused = await running.post(to('plain', 'https://public.example'), 'GET');
    expect([refused.status, refused.headers.allow]).toEqual([405, 'POST']);
    expect((await running.post(get, 'PUT')).headers.allow).toBe('GET, POST');
  });
});

describe('the version of settings', () => {
  test('is 1 for the defaults, the same in any order of keys, another for any other setting', () => {
    expect(settingsVersion({ ...DEFAULT_SETTINGS })).toBe('1');
    const reversed = Object.fromEntries(Object.entries(SETTINGS).reverse()) as InterpretSettings;
    expect(settingsVersion(reversed)).toBe(settingsVersion(SETTINGS));
    expect(JSON.parse(settingsText(reversed))).toEqual(SETTINGS);
    const other: InterpretSettings = { ...SETTINGS, callSidVariable: 'other' };
    expect(new Set([SETTINGS, other].map(settingsVersion)).size).toBe(2);
  });
  test('that was never kept has no settings; the default needs no keeping', async () => {
    await using database = await openIngestDatabase();
    const settingsOf = createSettingsOf(database.db);
    expect(await settingsOf('1')).toEqual(DEFAULT_SETTINGS);
    expect(await settingsOf('0123456789abcdef')).toBeNull();
  });
});
