/** Signed calls of a given size for the benchmarks of ingest: real-looking transcripts of the simulator, each with an id of its own. */
import { createHmac } from 'node:crypto';
import { deliveriesOf } from '../../simulator/payloads.ts';
import { planCalls } from '../../simulator/plan.ts';

/** Sizes of bodies by name, in bytes. */
export const SIZES = { W5: 5_000, W13: 13_000, W30: 30_000 } as const;
/** One of {@link SIZES}. */
export type Size = keyof typeof SIZES;

/** Makes the requests of one run. */
export type Requests = {
  /** The bytes of one whole HTTP request. */
  next(): Buffer;
  /** How many different calls were made so far. */
  made(): number;
};

const ID_LENGTH = 24;
const PLACEHOLDER = 'conv_'.padEnd(ID_LENGTH, '#');
/** One of so many requests repeats the call before. */
const REPEAT_EVERY = 33;
const TEMPLATES = 40;

type Conversation = { data: { conversation_id: string; transcript: unknown[] } };

/**
 * Bodies of one size with a placeholder for the id, of many agents.
 * @param size which size
 */
export function templatesOf(size: Size): Buffer[] {
  const baseAt = new Date();
  const bodies = planCalls({ seed: 7, calls: 400, days: 1, baseAt })
    .flatMap((call) => deliveriesOf(call, baseAt))
    .filter(({ provider, body }) => provider === 'elevenlabs' && body.includes('post_call_transcription'))
    .map(({ body }) => JSON.parse(body.toString()) as Conversation);
  const turns = bodies.flatMap(({ data }) => data.transcript);
  return bodies.slice(0, TEMPLATES).map((body, index) => {
    body.data.conversation_id = PLACEHOLDER;
    body.data.transcript = [];
    let bytes = Buffer.byteLength(JSON.stringify(body));
    for (let turn = index * 7; bytes < SIZES[size]; turn += 1) {
      const one = turns[turn % turns.length];
      body.data.transcript.push(one);
      bytes += Buffer.byteLength(JSON.stringify(one)) + 1;
    }
    return Buffer.from(JSON.stringify(body));
  });
}

/** Where the id stands in a template. */
export function idOffset(template: Buffer): number {
  return template.indexOf(PLACEHOLDER);
}

/** A text of the length that templates have room for. */
export function idOf(run: string, n: number): string {
  return `conv_${run}_`.padEnd(ID_LENGTH - 8, '0') + String(n).padStart(8, '0');
}

/**
 * Makes the requests of a run.
 * @param size of their bodies
 * @param run short text that keeps ids of several runs apart
 * @param secret what they are signed with
 */
export function createRequests(size: Size, run: string, secret: string): Requests {
  const templates = templatesOf(size).map((body) => ({ body, at: idOffset(body) }));
  let sent = 0;
  let made = 0;
  return {
    made: () => made,
    next() {
      sent += 1;
      if (sent % REPEAT_EVERY !== 0 || made === 0) made += 1;
      const template = templates[made % templates.length];
      if (template === undefined) throw new Error('the simulator gave no conversation');
      const body = Buffer.from(template.body);
      body.write(idOf(run, made), template.at, 'latin1');
      const time = Math.floor(Date.now() / 1_000);
      const v0 = createHmac('sha256', secret).update(`${time}.`).update(body).digest('hex');
      const head =
        'POST /webhooks/elevenlabs HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n' +
        `ElevenLabs-Signature: t=${time},v0=${v0}\r\nContent-Length: ${body.length}\r\n\r\n`;
      return Buffer.concat([Buffer.from(head, 'latin1'), body]);
    },
  };
}
