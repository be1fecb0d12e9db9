/** What a search for a call looks for: its telephone numbers and longer things that were said, as any of our collections writes them. */
import type { Db } from 'mongodb';
import { readText } from '../../ingest/contract.ts';
import type { StoredTranscript } from '../../projector/contract.ts';
import { callsNow } from './calls-now.ts';
import type { Gathered } from './held.ts';

/** What is shorter is said in many calls: finding it would prove nothing. */
const SHORTEST_WORDS = 16;
const SHORTEST_NUMBER = 6;
/** So much of a turn is looked for: it names it as well as the whole. */
const LONGEST_WORDS = 120;
/** So many texts at most; a search reads the whole database for all of them at once. */
const MOST = 400;

/**
 * The words and numbers of a call. Numbers that calls of others have too, such as the company's own, are left out.
 * @param db the database
 * @param gathered the call
 */
export async function needlesOf(db: Db, { ids, events }: Gathered): Promise<string[]> {
  const numbers = new Set<string>();
  const words = new Set<string>();
  for (const event of events) {
    const { route, wording } = event.facts?.groups ?? {};
    for (const number of [route?.value.fromNumber, route?.value.toNumber])
      if (number !== undefined && number.length >= SHORTEST_NUMBER) numbers.add(number);
    const reading = event.body === undefined ? null : readText(event);
    const said = [wording?.value.summary, wording?.value.title, ...turnsOf(reading?.transcript)];
    for (const text of said) if (text !== undefined) words.add(text.slice(0, LONGEST_WORDS));
  }
  const kept = await db
    .collection<StoredTranscript>('transcripts')
    .find({ $or: [{ _id: { $in: ids } }, { links: { $in: ids } }] })
    .toArray();
  for (const text of kept.flatMap(turnsOf)) words.add(text.slice(0, LONGEST_WORDS));
  const own: string[] = [];
  const calls = await callsNow(db);
  for (const number of numbers) {
    const others = { callId: { $nin: ids }, $or: [{ fromNumber: number }, { toNumber: number }] };
    if ((await calls.findOne(others)) === null) own.push(number);
  }
  return [...own, ...[...words].filter((text) => text.trim().length >= SHORTEST_WORDS)].slice(0, MOST);
}

/**
 * Texts as bytes, in each way in which a body or a document may write them: plain, inside JSON, as JSON in ASCII, in a query.
 * @param needles texts
 */
export function writtenAs(needles: readonly string[]): Buffer[] {
  const ways = needles.flatMap((text) => {
    const json = JSON.stringify(text).slice(1, -1);
    const ascii = json.replace(
      /[\u0080-\uffff]/g,
      (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    return [
      text,
      json,
      ascii,
      encodeURIComponent(text),
      new URLSearchParams({ '': text }).toString().slice(1),
    ];
  });
  return [...new Set(ways)].map((text) => Buffer.from(text));
}

/**
 * Whether bytes hold any of some texts.
 * @param bytes where
 * @param looked what {@link writtenAs} made
 */
export function holds(bytes: Buffer, looked: readonly Buffer[]): boolean {
  return looked.some((one) => bytes.includes(one));
}

function turnsOf(transcript: { turns: readonly { text: string }[] } | null | undefined): string[] {
  return transcript?.turns.map(({ text }) => text) ?? [];
}
