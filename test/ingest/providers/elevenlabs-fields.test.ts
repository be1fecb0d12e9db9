import { describe, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { Facts } from '../../../ingest/facts.ts';
import { DEFAULT_SETTINGS } from '../../../ingest/interpret-settings.ts';
import { elevenlabs } from '../../../ingest/providers/elevenlabs.ts';
import type { Identified } from '../../../ingest/providers/provider.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Path = readonly (string | number)[];
type GroupName = keyof Facts['groups'] | 'links';

const fixture = (name: string) =>
  JSON.parse(
    readFileSync(new URL(`../../fixtures/elevenlabs/${name}.json`, import.meta.url), 'utf8'),
  ) as Json;
function found(envelope: Json): Identified {
  const body = Buffer.from(JSON.stringify(envelope));
  const delivery = { endpoint: 'default', target: '/', body, headers: {}, receivedAt: new Date() };
  const [finding] = elevenlabs.identify(delivery);
  if (finding?.readable !== true) throw new Error(`unreadable: ${finding?.reason ?? ''}`);
  return finding;
}
/** Every group by name, the links beside them, as comparable text. */
function said(envelope: Json): Map<string, string> {
  const event = found(envelope);
  const groups = { ...event.interpret()?.groups, links: event.links };
  return new Map(Object.entries(groups).map(([name, value]) => [name, JSON.stringify(value)]));
}
/** All paths below `data` but the conversation's id, containers included. */
function pathsOf(value: Json, at: Path): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  const inside = Array.isArray(value)
    ? value.flatMap((item, index) => pathsOf(item, [...at, index]))
    : Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...at, key]));
  return [at, ...inside];
}
/** A copy in which one place holds something else, or nothing. */
function withAt(root: Json, path: Path, value: Json | undefined): Json {
  const copy = structuredClone(root);
  const parent = path.slice(0, -1).reduce<Json>((held, key) => (held as never)[key], copy);
  const last = path.at(-1) ?? '';
  if (value !== undefined) (parent as Record<string | number, Json>)[last] = value;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else Reflect.deleteProperty(parent as object, last);
  return copy;
}
const WRONG: Json[] = [null, 7.5, -1, 'x', '', true, [], {}, [null], { value: {} }, 1e308, '\u0000'];

/** Which groups a field decides: without it, at least one of them differs; no other group may ever. */
const DECIDES: Record<string, Record<string, GroupName[]>> = {
  transcription: {
    agent_id: ['assignment'],
    agent_name: ['assignment'],
    status: ['status', 'endedAt', 'durationMs', 'connection', 'ending'],
    'metadata.start_time_unix_secs': ['startedAt', 'endedAt'],
    'metadata.accepted_time_unix_secs': ['answeredAt'],
    'metadata.call_duration_secs': ['durationMs', 'endedAt'],
    'metadata.cost': ['cost'],
    'metadata.cost_fiat': ['cost'],
    'metadata.termination_reason': ['ending'],
    'metadata.main_language': ['assignment'],
    'metadata.phone_call.direction': ['route'],
    'metadata.phone_call.agent_number': ['route'],
    'metadata.phone_call.external_number': ['route'],
    'analysis.call_successful': ['goal'],
    'analysis.call_success_score': ['goal'],
    'analysis.transcript_summary': ['wording'],
    'analysis.call_summary_title': ['wording'],
    'analysis.sentiment_analysis.overall_label': ['sentiment'],
    'conversation_initiation_client_data.dynamic_variables.campaign_id': ['assignment'],
  },
  otel: { agent_id: ['assignment'] },
  'failure-twilio': {
    agent_id: ['assignment'],
    failure_reason: ['connection'],
    'metadata.body.CallSid': ['links'],
  },
  'failure-sip': { agent_id: ['assignment'], failure_reason: ['connection'] },
};
/** Fields that matter only beside others: what they may touch. */
const MAY_TOUCH: Record<string, GroupName[]> = {
  transcript: ['connection'],
  'metadata.error': ['ending'],
  'metadata.features_usage': ['connection', 'ending'],
  'metadata.phone_call.call_sid': ['links'],
  'metadata.batch_call': ['assignment'],
  'conversation_initiation_client_data.dynamic_variables.system__call_sid': ['links'],
  otlp_traces: [
    ...(['status', 'startedAt', 'endedAt', 'durationMs', 'connection', 'ending', 'goal'] as const),
    ...(['wording', 'assignment', 'route', 'links'] as const),
  ],
};
const touched = (name: string, path: string): Set<string> => {
  const table = Object.entries({ ...DECIDES[name], ...MAY_TOUCH });
  const related = table.filter(
    ([key]) => key === path || key.startsWith(`${path}.`) || path.startsWith(`${key}.`),
  );
  return new Set(related.flatMap(([, groups]) => groups));
};

describe.each(Object.keys(DECIDES))('each field of %s', (name) => {
  const whole = fixture(name) as { data: { [key: string]: Json } };
  const truth = said(whole);
  const paths = Object.keys(whole.data)
    .filter((key) => key !== 'conversation_id')
    .flatMap((key) => pathsOf(whole.data[key] ?? null, [key]));

  test('absent or wrong touches its own groups alone, and nothing throws', () => {
    expect(paths.length).toBeGreaterThan(5);
    for (const path of paths) {
      const allowed = touched(name, path.join('.'));
      for (const value of [undefined, ...WRONG]) {
        const now = said(withAt(whole, ['data', ...path], value));
        for (const group of new Set([...truth.keys(), ...now.keys()])) {
          if (allowed.has(group)) continue;
          expect([path.join('.'), value, group, now.get(group)]).toEqual([
            path.join('.'),
            value,
            group,
            truth.get(group),
          ]);
        }
      }
    }
  });
  test.each(Object.entries(DECIDES[name] ?? {}))('%s absent is not reported', (path, groups) => {
    const now = said(withAt(whole, ['data', ...path.split('.')], undefined));
    const changed = groups.filter((group) => now.get(group) !== truth.get(group));
    expect(changed).not.toEqual([]);
    // Less is said, not something else instead: a longer text would be a value from another field.
    for (const group of changed)
      expect((now.get(group) ?? '').length).toBeLessThan(truth.get(group)?.length ?? 0);
  });
});

describe('a trace', () => {
  const trace = fixture('otel') as { data: { otlp_traces: { resourceSpans: Json[] } } };
  const event = found(trace);

  test('says what its conversation would, with times to the millisecond', () => {
    expect(event.partId).toBe('elevenlabs:conv-1');
    expect(event.links).toEqual([`twilio:CA${'a'.repeat(32)}`]);
    expect(event.flags).toEqual([]);
    expect(event.interpret()).toEqual({
      witness: 'conversation',
      groups: {
        status: { rank: 3, value: 'ended' },
        startedAt: { rank: 3, value: new Date(1_795_428_000_250) },
        endedAt: { rank: 2, value: new Date(1_795_428_061_484) },
        durationMs: { rank: 3, value: 61_234 },
        connection: { rank: 5, value: 'answered_human' },
        ending: { rank: 3, value: { endedBy: 'customer', endReason: 'Call ended by remote party' } },
        goal: { rank: 3, value: { goal: 'success' } },
        assignment: { rank: 3, value: { agentId: 'agent-1', campaignId: 'spring' } },
        wording: { rank: 2, value: { summary: 'All well.', title: 'A call' } },
      },
    });
  });
  const root = ['data', 'otlp_traces', 'resourceSpans', 0, 'scopeSpans', 0, 'spans', 1] as const;
  const attribute = (n: number) => [...root, 'attributes', n];
  const groups = (path: Path, value?: Json) => found(withAt(trace, path, value)).interpret()?.groups ?? {};
  test('without a duration spans from start to end; without a root span it is a conversation of unknown times', () => {
    expect(groups(attribute(1)).durationMs?.value).toBe(61_234);
    expect(groups([...root, 'startTimeUnixNano'], 1_795_428_000_250_000_000).startedAt?.value).toEqual(
      new Date(1_795_428_000_250),
    );
    expect(Object.keys(groups([...root, 'name'], 'other'))).toEqual(['status', 'connection', 'assignment']);
  });
  test('counts under its conversation where it shows telephony and no CallSid', () => {
    const sid = withAt(trace, attribute(11), undefined);
    expect([found(sid).links, found(sid).partId]).toEqual([[], 'elevenlabs:conv-1']);
  });
  test('nobody spoke where no user span is in it', () => {
    const silent = withAt(trace, [...root.slice(0, -1), 0, 'name'], 'other');
    expect(found(silent).interpret()?.groups.connection?.value).toBe('answered_unknown');
  });
});

test('the label is found in the analysis and on the item, and nothing is made of a score alone', () => {
  const whole = fixture('transcription');
  const bare = withAt(whole, ['data', 'analysis', 'sentiment_analysis'], undefined);
  const onItem = withAt(bare, ['data', 'sentiment_analysis'], { overall_label: 'negative' });
  const scored = withAt(bare, ['data', 'sentiment_analysis'], { overall_sentiment_score: 0.7 });
  expect(found(onItem).interpret()?.groups.sentiment?.value).toEqual({
    sentiment: 'negative',
    sentimentSource: 'provider',
  });
  expect(found(bare).interpret()?.groups.sentiment).toBeUndefined();
  expect(found(scored).interpret()?.groups.sentiment).toBeUndefined();
});

test('a trace gives the mapped sentiment of its conversation, as a bare value and as an object', () => {
  const read = (id: string, more: object) => {
    const body = Buffer.from(JSON.stringify(fixture('otel')));
    const delivery = { endpoint: 'default', target: '/', body, headers: {}, receivedAt: new Date() };
    const sentiment = { from: 'data_collection' as const, id, ...more };
    const [finding] = elevenlabs.identify(delivery, { ...DEFAULT_SETTINGS, sentiment });
    return finding?.readable === true ? finding.interpret()?.groups.sentiment?.value : undefined;
  };
  expect(read('mood', { labels: { happy: 'positive' } })?.sentiment).toBe('positive');
  const scale = { worst: 1, best: 5, negativeBelow: 0, positiveAbove: 0 };
  expect(read('satisfaction', { scale })).toMatchObject({ sentiment: 'positive', sentimentScore: 0.5 });
});
