/** A dashboard for browser tests: real processes on one database, one Chromium, and senders whose calls are known one by one. */
import { expect } from '@jest/globals';
import axe from 'axe-core';
import { createHash } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { findChromium, openBrowser, openPage, type WatchedPage } from '../support/browser.ts';
import { startProcess, type RunningProcess } from '../support/processes.ts';
import {
  ACCOUNT_SID,
  elevenlabsRequest,
  statusParameters,
  twilioRequest,
  standardRequest,
  TEST_SECRETS,
  type TestRequest,
} from '../support/webhooks.ts';
import { openWorld, type World } from '../support/world.ts';

/** Chromium's path; null where there is none, and the tests are skipped by name. */
export const chromiumPath = await findChromium();

/** A call as a generic sender reports it; `minutesAgo` is when it began. */
export type ToldCall = { id: string; minutesAgo: number } & Record<string, unknown>;

/** A conversation: what was said by whom, and what is said of it. */
export type Conversation = {
  id: string;
  minutesAgo: number;
  agentName?: string;
  title?: string;
  turns: ['agent' | 'user', string][];
};

/** The board. */
export type Board = {
  world: World;
  api: RunningProcess;
  projector: RunningProcess;
  apiUrl: string;
  ingestUrl: string;
  browser: Browser;
  /** Tells of a call by a signed webhook; answers when it was acknowledged, in ms since 1970. */
  tell(call: ToldCall): Promise<number>;
  /** Tells of a conversation with its words, as ElevenLabs does. */
  talk(told: Conversation): Promise<void>;
  /** Tells of a call that is in progress, as Twilio does. */
  ring(sid: string, minutesAgo: number): Promise<void>;
  /** Tells of a call that is queued, as Twilio does. */
  wait(sid: string, campaign: string): Promise<void>;
  /** Gives a campaign its numbers and starts it. */
  dial(campaign: string, numbers: readonly string[]): Promise<void>;
  /** Tells of one utterance in a call in progress, as Twilio does. */
  say(sid: string, index: number, text: string): Promise<void>;
  /** Tells of a conversation's recording, as ElevenLabs does. */
  record(conversation: string, mp3: Buffer): Promise<void>;
  /** Sets a campaign up. */
  plan(name: string, key: string): Promise<{ id: string }>;
  /** Asks the API. */
  get(path: string): Promise<Record<string, unknown>>;
  /** Whether the views know a call yet: a page opened before that rightly says that nobody does. */
  knows(callId: string): Promise<boolean>;
  /** Opens a page; its complaints are looked at when the board closes. */
  open(path: string, look?: Look): Promise<Page>;
  start(name: 'projector' | 'api', env?: Record<string, string>): RunningProcess;
  [Symbol.asyncDispose](): Promise<void>;
};
/** How a page is looked at. */
export type Look = { width?: number; height?: number; scheme?: 'light' | 'dark'; forgiven?: RegExp };

/** Opens the board: ingest, projector and api on a fresh database. */
export async function openBoard(apiEnv: Record<string, string> = {}): Promise<Board> {
  const world = await openWorld();
  const base = {
    MONGODB_URI: world.uri,
    MONGODB_DATABASE: world.database,
    STANDARD_WEBHOOK_SECRET: TEST_SECRETS.standard[0],
    ELEVENLABS_WEBHOOK_SECRET: TEST_SECRETS.elevenlabs[0],
    TWILIO_AUTH_TOKEN: TEST_SECRETS.twilio[0],
    PUBLIC_WEBHOOK_URL: 'https://public.example',
    STORE_AUDIO: 'true',
  };
  const running: RunningProcess[] = [];
  const start = (name: 'ingest' | 'projector' | 'api', env: Record<string, string> = {}): RunningProcess => {
    const one = startProcess({ name, env: { ...base, ...env } });
    running.push(one);
    return one;
  };
  const [projector, api, ingest] = [start('projector'), start('api', apiEnv), start('ingest')];
  const browser = await openBrowser(chromiumPath ?? '');
  const pages: { watched: WatchedPage; forgiven: RegExp | undefined }[] = [];
  await projector.said('lease taken');
  const apiUrl = `http://127.0.0.1:${String((await api.said('listening')).port)}`;
  const ingestUrl = `http://127.0.0.1:${String((await ingest.said('listening')).port)}`;
  return {
    ...{ world, api, projector, apiUrl, ingestUrl, browser, start },
    tell: (call) => tell(ingestUrl, call),
    talk: (told) => talk(ingestUrl, told),
    ring: (sid, minutesAgo) =>
      ring(ingestUrl, { sid, minutesAgo, campaign: 'c1', statuses: ['initiated', 'in-progress'] }),
    wait: (sid, campaign) => ring(ingestUrl, { sid, minutesAgo: 1, campaign, statuses: ['initiated'] }),
    dial: (campaign, numbers) => dial(`${apiUrl}/api/db/campaigns/${campaign}`, numbers),
    say: (sid, index, text) => say(ingestUrl, { sid, index, text }),
    record: (conversation, mp3) => record(ingestUrl, conversation, mp3),
    plan: async (name, key) => {
      const body = JSON.stringify({ name, key });
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${apiUrl}/api/db/campaigns`, { method: 'POST', headers, body });
      expect(answer.status).toBe(201);
      return ((await answer.json()) as { data: { campaign: { id: string } } }).data.campaign;
    },
    get: async (path) => {
      const answer = (await (await fetch(apiUrl + path)).json()) as { data: Record<string, unknown> };
      return answer.data;
    },
    knows: async (callId) => (await fetch(`${apiUrl}/api/db/calls/${encodeURIComponent(callId)}`)).ok,
    async open(path, { width = 1_440, height = 900, scheme = 'light', forgiven } = {}) {
      const watched = await openPage(browser, { width, height, scheme, origin: apiUrl });
      pages.push({ watched, forgiven });
      await watched.page.goto(apiUrl + path);
      return watched.page;
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      for (const one of running) await one[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
      const complaints = pages.flatMap(({ watched, forgiven }) =>
        watched.complaints.filter((one) => forgiven === undefined || !forgiven.test(one)),
      );
      expect(complaints).toEqual([]);
    },
  };
}

async function tell(ingestUrl: string, { id, minutesAgo, ...data }: ToldCall): Promise<number> {
  const startedAt = new Date(Date.now() - minutesAgo * 60_000);
  const body = {
    type: 'call.completed',
    timestamp: new Date().toISOString(),
    data: { call_id: id, started_at: startedAt.toISOString(), ...data },
  };
  await post(ingestUrl, standardRequest(`msg_${createHash('sha256').update(id).digest('hex')}`, body));
  return Date.now();
}

async function talk(
  ingestUrl: string,
  { id, minutesAgo, agentName, title, turns }: Conversation,
): Promise<void> {
  const seconds = Math.floor(Date.now() / 1_000) - minutesAgo * 60;
  const data = {
    ...{ agent_id: 'talker', agent_name: agentName ?? 'Ada', conversation_id: id, status: 'done' },
    transcript: turns.map(([role, message], index) => ({ role, message, time_in_call_secs: index * 5 })),
    metadata: { start_time_unix_secs: seconds, call_duration_secs: turns.length * 5, main_language: 'en' },
    analysis: {
      call_successful: 'success',
      transcript_summary: title ?? 'All well.',
      call_summary_title: title ?? 'A call',
    },
  };
  const body = { type: 'post_call_transcription', event_timestamp: seconds + 60, data };
  await post(ingestUrl, elevenlabsRequest(body));
}

type Leg = { sid: string; minutesAgo: number; campaign: string; statuses: readonly string[] };

async function ring(ingestUrl: string, { sid, minutesAgo, campaign, statuses }: Leg): Promise<void> {
  const Timestamp = new Date(Date.now() - minutesAgo * 60_000).toUTCString().replace('GMT', '+0000');
  const target = `/webhooks/twilio?agentId=a2&campaignId=${campaign}`;
  for (const [index, CallStatus] of statuses.entries()) {
    const parameters = statusParameters({
      CallSid: sid,
      CallStatus,
      Timestamp,
      SequenceNumber: String(index),
    });
    const { headers, body } = twilioRequest(parameters, { target });
    const response = await fetch(ingestUrl + target, { method: 'POST', headers, body });
    expect(response.status).toBe(200);
  }
}

async function dial(at: string, numbers: readonly string[]): Promise<void> {
  const [type, based] = [{ 'content-type': 'text/csv' }, { 'if-match': '"1"' }];
  const body = `number\n${numbers.join('\n')}\n`;
  const told = await fetch(`${at}/targets`, { method: 'PUT', headers: { ...type, ...based }, body });
  expect(told.status).toBe(200);
  const headers = { 'if-match': told.headers.get('etag') ?? '' };
  expect((await fetch(`${at}/start`, { method: 'POST', headers })).status).toBe(200);
}

async function say(ingestUrl: string, of: { sid: string; index: number; text: string }): Promise<void> {
  const target = '/webhooks/twilio?agentId=a2&campaignId=c1';
  const parameters = {
    ...{ AccountSid: ACCOUNT_SID, CallSid: of.sid, TranscriptionSid: `GT${of.sid.slice(2)}` },
    ...{ TranscriptionEvent: 'transcription-content', SequenceId: String(of.index), Final: 'true' },
    ...{ Timestamp: new Date().toISOString(), Track: 'inbound_track', LanguageCode: 'en-US' },
    TranscriptionData: JSON.stringify({ transcript: of.text, confidence: 0.9 }),
  };
  const { headers, body } = twilioRequest(parameters, { target });
  const response = await fetch(ingestUrl + target, { method: 'POST', headers, body });
  expect(response.status).toBe(200);
}

async function record(ingestUrl: string, conversation_id: string, mp3: Buffer): Promise<void> {
  const data = { conversation_id, agent_id: 'talker', full_audio: mp3.toString('base64') };
  const event_timestamp = Math.floor(Date.now() / 1_000);
  await post(ingestUrl, elevenlabsRequest({ type: 'post_call_audio', event_timestamp, data }));
}

async function post(ingestUrl: string, { target, headers, body }: TestRequest): Promise<void> {
  const response = await fetch(ingestUrl + target, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body,
  });
  expect(response.status).toBe(200);
}

/** Waits until something is so, however slow the machine. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('it did not come about in 20 s');
}

/** The number of a tile of the overview. */
export function tile(page: Page, name: string) {
  return page
    .locator('.tiles > *', { has: page.locator('dt', { hasText: new RegExp(`^${name}$`) }) })
    .locator('dd')
    .first();
}

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice'];

/** Rules of accessibility that the page breaks, each with the first element at fault; all of them, or those named. */
export async function brokenRules(page: Page, rules?: readonly string[]): Promise<string[]> {
  // Set as a string in the page's own world: its policy lets no foreign script in.
  await page.evaluate(axe.source);
  const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
    `axe.run(document, { runOnly: ${JSON.stringify(rules ?? TAGS)}, resultTypes: ['violations'], preload: false })`,
  );
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
}

/** How far the page is wider than its window, in px. */
export async function overflow(page: Page): Promise<number> {
  return page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
}

/** Looks at a page as it stands in another size or scheme; without either, as it was opened. */
export async function look(page: Page, { width = 1_440, height = 900, scheme = 'light' }: Look = {}) {
  await page.setViewportSize({ width, height });
  await page.emulateMedia({ colorScheme: scheme });
  // Charts follow the size in the frame after it was told.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
}

/** Keeps what is seen where `CALLVIEWS_SHOTS` names a folder: to be looked at, not to be compared. */
export async function shot(page: Page, name: string): Promise<void> {
  const folder = process.env.CALLVIEWS_SHOTS;
  if (folder === undefined) return;
  const looks = [
    [1_440, 'light'],
    [1_440, 'dark'],
    [390, 'light'],
    [390, 'dark'],
  ] as const;
  for (const [width, scheme] of looks) {
    await look(page, { width, scheme });
    await page.waitForTimeout(150);
    await page.screenshot({ path: `${folder}/${name}-${width}-${scheme}.png` });
  }
  await look(page);
}

/** A state is kept to be looked at, breaks no rule, and is no wider than its window. */
export async function looksWell(page: Page, name: string): Promise<void> {
  await shot(page, name);
  expect([name, await brokenRules(page), await overflow(page)]).toEqual([name, [], 0]);
}
