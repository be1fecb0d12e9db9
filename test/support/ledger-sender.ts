/** A sender with a ledger on disk: signed calls at a bounded rate over kept connections, sent again until they are answered 200. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Delivery } from '../simulator/delivery.ts';
import { createPoster } from '../simulator/post.ts';
import { signatureHeaders, type Secrets } from '../simulator/sign.ts';
import { openLedger, type AnswerLine } from './ledger.ts';

/** What is sent, where to, how fast, and where the ledger is kept. */
export type SendingPlan = {
  /** Address of the ingest; it may be away. */
  url: string;
  secrets: Secrets;
  ledgerFile: string;
  /** Makes the ids of this sender's calls; lower-case letters and digits. */
  name: string;
  ratePerSecond: number;
  connections: number;
};

/** A sender at work. */
export type Sending = {
  /** Every answer so far. */
  answers: readonly AnswerLine[];
  /** Ids of which no request was answered 200 so far. */
  open: ReadonlySet<string>;
  /** Begins no new call for now; resolves once every call was answered 200, and throws where that takes longer. */
  pause(patienceMs: number): Promise<void>;
  /** Goes on after a pause. */
  resume(): void;
  /** Begins no new call; resolves once every call was answered 200 and the ledger is closed. */
  stop(patienceMs: number): Promise<void>;
};

/** Calls that are begun and not yet answered 200: beyond, no new one is begun. */
const MOST_OPEN = 600;
/** What was not begun in time is left out, so that the rate stays bounded. */
const MOST_AT_ONCE = 20;
/** Of each 21 calls one is signed and no JSON, of each 25 one is sent twice at the same instant. */
const EVERY = { unreadable: 21, twice: 25 };
/** Providers wait for minutes before they send again; a test has not so long. */
const RESEND_AFTER_MS = { least: 150, most: 1_000 };

/**
 * Starts to send.
 * @param plan what, where to, how fast
 */
export async function startSending(plan: SendingPlan): Promise<Sending> {
  const ledger = await openLedger(plan.ledgerFile);
  const poster = createPoster(plan.url, plan.connections);
  const answers: AnswerLine[] = [];
  const open = new Set<string>();
  const state = { stopping: false, abandoned: false, paused: false };

  async function attempt(id: string, delivery: Delivery): Promise<AnswerLine> {
    const sha256 = createHash('sha256').update(delivery.body).digest('hex');
    await ledger.write({ send: id, sha256, atMs: Date.now() });
    const sentAtMs = Date.now();
    const signing = { secrets: plan.secrets, publicUrl: plan.url, at: new Date(sentAtMs) };
    const { status, fate, position, retryAfterMs } = await poster.post(
      delivery,
      signatureHeaders(delivery, signing),
    );
    const line = { answer: id, status, fate, position, retryAfterMs, sentAtMs, atMs: Date.now() };
    await ledger.write(line);
    answers.push(line);
    if (status === 200) open.delete(id);
    return line;
  }

  async function deliver(id: string, delivery: Delivery): Promise<void> {
    while (!state.abandoned) {
      const { status, retryAfterMs } = await attempt(id, delivery);
      if (status === 200) return;
      await sleep(Math.min(RESEND_AFTER_MS.most, Math.max(RESEND_AFTER_MS.least, retryAfterMs)));
    }
  }

  const begun: Promise<void>[] = [];
  const generating = (async () => {
    let beatMs = performance.now();
    let credit = 0;
    for (let n = 0; !state.stopping;) {
      const nowMs = performance.now();
      credit = Math.min(MOST_AT_ONCE, credit + ((nowMs - beatMs) * plan.ratePerSecond) / 1_000);
      beatMs = nowMs;
      for (; !state.paused && credit >= 1 && open.size < MOST_OPEN; n += 1, credit -= 1) {
        const id = idOf(plan.name, n);
        const delivery = deliveryOf(id, n);
        open.add(id);
        begun.push(deliver(id, delivery));
        if (n % EVERY.twice === 0) begun.push(deliver(id, delivery));
      }
      await sleep(5);
    }
  })();

  return {
    answers,
    open,
    async pause(patienceMs) {
      state.paused = true;
      const late = AbortSignal.timeout(patienceMs);
      const stalled = new Promise<never>((_resolve, reject) => {
        late.onabort = () => reject(new Error(`stalled: ${open.size} calls are not answered 200`));
      });
      await Promise.race([Promise.all(begun), stalled]);
    },
    resume() {
      state.paused = false;
    },
    async stop(patienceMs) {
      state.stopping = true;
      await generating;
      const late = new AbortController();
      const waiting = sleep(patienceMs, undefined, { signal: late.signal }).then(
        () => (state.abandoned = true),
        () => undefined,
      );
      await Promise.all(begun);
      late.abort();
      await waiting;
      poster.close();
      await ledger.close();
    },
  };
}

/** Ids as they stand in bodies. */
export const LEDGER_ID = /ledger-[a-z0-9]+-\d{7}/g;

function idOf(name: string, n: number): string {
  return `ledger-${name}-${String(n).padStart(7, '0')}`;
}

function deliveryOf(id: string, n: number): Delivery {
  const generic = n % 2 === 0;
  const at = new Date();
  const content = generic ? reportOf(id, at) : conversationOf(id, at);
  const text = n % EVERY.unreadable === EVERY.unreadable - 1 ? `no JSON: ${id}` : JSON.stringify(content);
  return {
    provider: generic ? 'standard' : 'elevenlabs',
    path: generic ? '/webhooks/standard' : '/webhooks/elevenlabs',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(text),
    eventKey: id,
    dueOffsetMs: 0,
    ...(generic && { messageId: id }),
  };
}

function reportOf(id: string, at: Date): object {
  const data = { call_id: id, agent_id: 'agent_1', started_at: at.toISOString(), duration_seconds: 61 };
  return { type: 'call.ended', timestamp: at.toISOString(), data };
}

function conversationOf(id: string, at: Date): object {
  const unixSecs = Math.floor(at.getTime() / 1_000);
  return {
    type: 'post_call_transcription',
    event_timestamp: unixSecs,
    data: {
      agent_id: 'agent_1',
      conversation_id: id,
      status: 'done',
      transcript: Array.from({ length: 8 }, (_, turn) => ({
        role: turn % 2 === 0 ? 'agent' : 'user',
        message: `turn ${turn} of ${id}: is this the number that was called before noon?`,
        time_in_call_secs: turn * 7,
      })),
      metadata: { start_time_unix_secs: unixSecs - 61, call_duration_secs: 61, cost: 120 },
      analysis: { call_successful: 'success', transcript_summary: 'The caller asked and was answered.' },
    },
  };
}
