/** Calls, their parts and events, and what was said in them, as clients receive them. Pure. */
import { z } from 'zod';
import {
  CONNECTIONS,
  DIRECTIONS,
  ENDED_BY,
  GOALS,
  LABELS,
  SOURCES,
  SPEAKERS,
  STATUSES,
  WITNESSES,
} from '../words.ts';
import { LABELED } from '../disagreements.ts';
import { CELLS, COUNT, INSTANT, TEXT, wordOf } from './common.ts';

const NUMBER = TEXT.meta({ description: 'Its last four digits, such as …1234; whole with the scope pii' });

/** One call. */
export const CALL = z
  .strictObject({
    callId: z.string(),
    aliases: z.array(z.string()),
    providers: z.array(z.string()),
    endpoints: z.array(z.string()),
    agentId: TEXT,
    agentName: TEXT,
    campaignId: TEXT,
    direction: wordOf(DIRECTIONS).nullable(),
    fromNumber: NUMBER,
    toNumber: NUMBER,
    status: wordOf(STATUSES).nullable(),
    startedAt: INSTANT.nullable(),
    answeredAt: INSTANT.nullable(),
    endedAt: INSTANT.nullable(),
    durationMs: COUNT.nullable(),
    connection: wordOf(CONNECTIONS),
    endedBy: wordOf(ENDED_BY).nullable(),
    endReason: TEXT,
    goal: wordOf(GOALS),
    goalScore: z.number().nullable(),
    sentiment: wordOf(LABELS).nullable(),
    sentimentScore: z.number().nullable(),
    sentimentSource: wordOf(SOURCES).nullable(),
    sentimentVersion: TEXT,
    language: TEXT,
    costCredits: z.int().nullable(),
    costMicroUsd: z.int().nullable(),
    summary: TEXT,
    title: TEXT,
    factsVersion: COUNT,
    firstEventAt: INSTANT,
    lastEventAt: INSTANT,
    revision: COUNT,
  })
  .meta({ id: 'Call' });

/** What one witness said of a call. */
export const PART = z
  .strictObject({
    id: z.string(),
    witness: wordOf(WITNESSES),
    parentPartId: TEXT,
    links: z.array(z.string()),
    providers: z.array(z.string()),
    endpoints: z.array(z.string()),
    factsVersion: COUNT,
    firstEventAt: INSTANT,
    lastEventAt: INSTANT,
    groups: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Part', description: 'What one witness said of a call, group by group' });

/** A call with what each witness said. */
export const CALL_IN_FULL = CALL.extend({ parts: z.array(PART) }).meta({ id: 'CallInFull' });

/** One event of a call and what it decided. */
export const EVENT = z
  .strictObject({
    id: z.string(),
    provider: z.string(),
    endpoint: z.string(),
    type: z.string(),
    partId: TEXT,
    eventAt: INSTANT,
    receivedAt: INSTANT,
    factsVersion: COUNT,
    flags: z.array(z.string()),
    states: z.array(z.string()),
    labels: z.partialRecord(z.enum(LABELED), z.string()),
    decided: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Event', description: 'One signed webhook: the groups it speaks of and those it decided' });

/** Different words of different tellers under one label. */
export const DISAGREEMENT = z
  .strictObject({
    label: z.enum(LABELED),
    believed: TEXT,
    stated: z.array(z.strictObject({ word: z.string(), provider: z.string(), eventId: z.string() })),
  })
  .meta({ id: 'Disagreement', description: 'Different words under one label, and the one that is believed' });

/** Bodies that came under one id. */
export const VARIANTS = z
  .strictObject({
    type: z.string(),
    provider: z.string(),
    bodies: z.array(
      z.strictObject({
        eventId: z.string(),
        receivedAt: INSTANT,
        isVariant: z.boolean(),
        bytes: COUNT.nullable(),
        sha256: z.string(),
        body: TEXT.meta({ description: 'As received; with the scope pii alone' }),
        bodyComplete: z.boolean(),
      }),
    ),
  })
  .meta({ id: 'Variants', description: 'Bodies that came under one id, the first before the others' });

/** One call of a bucket, and what it adds. */
export const CONTRIBUTOR = z
  .strictObject({
    callId: z.string(),
    startedAt: INSTANT.nullable(),
    revision: COUNT,
    factsVersion: COUNT,
    adds: CELLS,
    events: z.array(EVENT),
    disagreements: z.array(DISAGREEMENT),
  })
  .meta({ id: 'Contributor', description: 'One call of a bucket: the cells it adds, and its events' });

const speaker = wordOf(SPEAKERS);
const atSeconds = z.number().nullable();
const TURN = z
  .strictObject({
    speaker,
    atSeconds,
    text: TEXT,
    sentiment: wordOf(LABELS).nullable(),
    sentimentScore: z.number().nullable(),
  })
  .meta({ id: 'Turn' });

/** What was said, as one source tells it. */
export const TRANSCRIPT = z
  .strictObject({
    id: z.string(),
    provider: z.string(),
    language: TEXT,
    receivedAt: INSTANT,
    sentimentBy: z.string(),
    turns: z.array(TURN),
    turnsComplete: z.boolean(),
  })
  .meta({ id: 'Transcript' });

/** What is told of one recording. */
export const RECORDING = z
  .strictObject({
    id: z.string(),
    partId: z.string(),
    provider: z.string(),
    endpoint: z.string(),
    eventAt: INSTANT,
    receivedAt: INSTANT,
    state: z.enum(['in_progress', 'completed', 'absent']),
    durationMs: COUNT.nullable(),
    channels: COUNT.nullable(),
    startedAt: INSTANT.nullable(),
    origin: TEXT,
    url: TEXT,
    audio: z
      .strictObject({ bytes: COUNT, sha256: z.string(), isHeld: z.boolean(), href: z.string() })
      .nullable(),
  })
  .meta({ id: 'Recording' });

/** One transcript that holds the words that were looked for. */
export const HIT = z
  .strictObject({
    callId: TEXT,
    transcriptId: z.string(),
    toldAt: INSTANT,
    turns: z.array(
      z.strictObject({
        turn: COUNT,
        speaker,
        atSeconds,
        snippet: z.string(),
        snippetOffset: COUNT,
        matches: z.array(z.strictObject({ start: COUNT, end: COUNT })),
      }),
    ),
  })
  .meta({ id: 'Hit', description: 'Offsets are UTF-16 units of the snippet, ends exclusive' });
