/** What is read of speech out of each sender's bodies, and what of them is none. */
import { describe, expect, test } from '@jest/globals';
import type { TextReading } from '../../ingest/contract.ts';
import { readText } from '../../ingest/read-text.ts';
import { fixture, fixturesOf, formFixture } from '../fixtures/read.ts';
import { recordsOf, type SentBody } from '../support/deliveries.ts';

function read(provider: string, body: SentBody['body']): TextReading | null {
  const [record] = recordsOf({ provider, body });
  if (record === undefined) throw new Error('no event');
  return readText(record.event);
}

describe('a Retell call', () => {
  test('is read at its end: turns with the second of their first word, and where the recording lies', () => {
    expect(read('retell', fixture('retell/call_ended.json'))).toEqual({
      transcript: {
        language: null,
        turns: [
          { speaker: 'agent', text: 'Hello.', atSeconds: 0.7 },
          { speaker: 'caller', text: 'Good morning.', atSeconds: 0.7 },
        ],
      },
      recording: {
        state: 'completed',
        weight: 2,
        durationMs: null,
        channels: null,
        startedAt: null,
        origin: null,
        url: 'https://recordings.example/1.wav',
        audio: null,
      },
    });
  });

  test.each(fixturesOf('retell').filter((name) => !/^call_(ended|analyzed)\.json$/.test(name)))(
    'says nothing in %s',
    (name) => {
      const reading = read('retell', fixture(`retell/${name}`));
      expect([reading?.transcript ?? null, reading?.recording ?? null]).toEqual([null, null]);
    },
  );
});

describe('a Vapi report', () => {
  const report = (): { message: Record<string, unknown> } => {
    const { message } = fixture('vapi/end-of-call-report.json');
    return { message: message as Record<string, unknown> };
  };

  test('is read with what was said; prompts and tools are no speech', () => {
    const { message } = report();
    const artifact = message.artifact as { messages: object[] };
    artifact.messages.unshift({ role: 'system', message: 'You are Ada.' });
    artifact.messages.push(
      { role: 'tool_calls', toolCalls: [] },
      { role: 'user', message: 'Bye.', secondsFromStart: 9.5 },
    );
    expect(read('vapi', { message })?.transcript).toEqual({
      language: null,
      turns: [
        { speaker: 'agent', text: 'Hello.', atSeconds: null },
        { speaker: 'caller', text: 'Good morning.', atSeconds: null },
        { speaker: 'caller', text: 'Bye.', atSeconds: 9.5 },
      ],
    });
  });

  test.each([
    ['en', 'en'],
    ['multi', null],
    [7, null],
  ])('of an assistant that listens in %j states %j', (language, stated) => {
    const { message } = report();
    message.assistant = { transcriber: { provider: 'deepgram', language } };
    expect(read('vapi', { message })?.transcript?.language).toBe(stated);
  });

  test('with a channel for each side says so', () => {
    const { message } = report();
    message.artifact = { recordingUrl: 'https://a.example/m', stereoRecordingUrl: 'https://a.example/s' };
    expect(read('vapi', { message })).toMatchObject({
      transcript: null,
      recording: { url: 'https://a.example/s', channels: 2 },
    });
  });
});

describe('a conversation of ElevenLabs', () => {
  const told = (transcript: unknown, more = {}): object => ({
    type: 'post_call_transcription',
    event_timestamp: 1_795_428_100,
    data: { conversation_id: 'conv_1', status: 'done', transcript, ...more },
  });

  test.each([
    ['null', null],
    ['an object', { role: 'user', message: 'Hello.' }],
    ['turns of tools alone', [{ role: 'agent', message: null }]],
    ['numbers', [1, 2]],
  ])('whose transcript is %s has none', (_what, transcript) => {
    expect(read('elevenlabs', told(transcript))).toEqual({ transcript: null, recording: null });
  });

  test('keeps what is odd in a turn readable: no such second, a role of tomorrow, half a character', () => {
    const turns = [
      { role: 'user', message: 'a\uD800b', time_in_call_secs: -3 },
      { role: 'supervisor', message: 'Hm.', time_in_call_secs: '4' },
    ];
    expect(read('elevenlabs', told(turns))?.transcript?.turns).toEqual([
      { speaker: 'caller', text: 'a\uFFFDb', atSeconds: null },
      { speaker: 'unknown', text: 'Hm.', atSeconds: null },
    ]);
  });

  test('that comes as a trace is read by its spans, in the order in which they began', () => {
    const trace = fixture('elevenlabs/otel.json') as {
      data: { otlp_traces: { resourceSpans: { scopeSpans: { spans: object[] }[] }[] } };
    };
    trace.data.otlp_traces.resourceSpans[0]?.scopeSpans[0]?.spans.push({
      name: 'elevenlabs.recv.agent_response',
      startTimeUnixNano: '1795428000750000000',
      attributes: [{ key: 'elevenlabs.agent.text', value: { stringValue: 'Good day.' } }],
    });
    expect(read('elevenlabs', trace)?.transcript).toEqual({
      language: null,
      turns: [
        { speaker: 'agent', text: 'Good day.', atSeconds: 0.5 },
        { speaker: 'caller', text: 'Hello.', atSeconds: 2.75 },
      ],
    });
  });

  test.each([
    ['its size and hash', { bytes: 27, sha256: 'a'.repeat(64) }, { bytes: 27, sha256: 'a'.repeat(64) }],
    ['nothing of the kind', { bytes: 27, sha256: '../../etc' }, undefined],
  ])('whose sound was stored with %s is a recording or none', (_what, stored, audio) => {
    const event = fixture('elevenlabs/audio.json') as { data: { full_audio: unknown } };
    event.data.full_audio = stored;
    expect(read('elevenlabs', event)?.recording?.audio).toEqual(audio);
  });

  test('that failed to begin says nothing', () => {
    const failure = { ...told([]), type: 'call_initiation_failure' };
    expect(read('elevenlabs', failure)).toBeNull();
  });
});

test.each(['status_answered', 'detection', 'transcription_stopped'])(
  "Twilio's %s holds no speech",
  (name) => {
    const reading = read('twilio', new URLSearchParams(formFixture(`twilio/${name}.json`).parameters));
    expect([reading?.transcript ?? null, reading?.recording ?? null]).toEqual([null, null]);
  },
);

test('a leg that ends and names its recording tells of that recording, not of itself', () => {
  const { parameters } = formFixture('twilio/status_completed.json');
  expect(read('twilio', new URLSearchParams(parameters))?.recording).toMatchObject({
    partId: `twilio:${parameters.RecordingSid ?? ''}`,
    durationMs: 41_000,
  });
});

test('a recording of unknown length and an address that is none says neither', () => {
  const { parameters } = formFixture('twilio/recording_completed.json');
  const odd = new URLSearchParams({
    ...parameters,
    RecordingDuration: '-1',
    RecordingUrl: 'javascript:alert(1)',
  });
  expect(read('twilio', odd)?.recording).toMatchObject({ durationMs: null, url: null, channels: 2 });
});

test('another system reports no speech', () => {
  expect(read('standard', fixture('standard/call.completed.json'))).toBeNull();
});
