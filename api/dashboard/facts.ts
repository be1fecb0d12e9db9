/** A call's facts with who said each: what is believed, by which witness, and what others said instead. Pure. */
import type { Shape, Told } from './document.ts';
import { isFields, textIn, textsIn } from './fields.ts';

/** A fact: its value as the API shows it, the witnesses that say so, and those that say otherwise, with what they say. */
export type Fact = {
  name: string;
  field: string;
  value: unknown;
  saidBy: string[];
  otherwise: { value: unknown; by: string }[];
};

/** Fields by the group they win together with; the first is what the reader sees it called. */
const FIELDS: readonly (readonly [name: string, field: keyof Shape<'Call'>, group: string])[] = [
  ['Status', 'status', 'status'],
  ['Started', 'startedAt', 'startedAt'],
  ['Answered', 'answeredAt', 'answeredAt'],
  ['Ended', 'endedAt', 'endedAt'],
  ['Talk time', 'durationMs', 'durationMs'],
  ['Connection', 'connection', 'connection'],
  ['Ended by', 'endedBy', 'ending'],
  ['End reason', 'endReason', 'ending'],
  ['Outcome', 'goal', 'goal'],
  ['Outcome score', 'goalScore', 'goal'],
  ['Sentiment', 'sentiment', 'sentiment'],
  ['Sentiment score', 'sentimentScore', 'sentiment'],
  ['Sentiment judged by', 'sentimentSource', 'sentiment'],
  ['Agent', 'agentId', 'assignment'],
  ['Agent name', 'agentName', 'assignment'],
  ['Campaign', 'campaignId', 'assignment'],
  ['Language', 'language', 'assignment'],
  ['Direction', 'direction', 'route'],
  ['From', 'fromNumber', 'route'],
  ['To', 'toNumber', 'route'],
  ['Cost, credits', 'costCredits', 'cost'],
  ['Cost, USD', 'costMicroUsd', 'cost'],
  ['Title', 'title', 'wording'],
  ['Summary', 'summary', 'wording'],
];

/**
 * The facts of a call.
 * @param call the call as the API shows it
 * @param parts its witnesses, with what each says by group
 * @returns the known facts; those nobody reported are left out
 */
export function factsOf(call: Told<Shape<'Call'>>, parts: readonly Told<Shape<'Part'>>[]): Fact[] {
  return FIELDS.flatMap(([name, field, group]): Fact[] => {
    const value = call[field] ?? null;
    if (value === null || value === 'unknown') return [];
    const said = parts.flatMap((part) => {
      const word = wordOf(part, group, field);
      return word === null ? [] : [{ value: word, by: witnessOf(part) }];
    });
    return [
      {
        ...{ name, field, value },
        saidBy: said.filter((one) => isSame(one.value, value)).map(({ by }) => by),
        otherwise: said.filter((one) => !isSame(one.value, value)),
      },
    ];
  });
}

/**
 * Names a witness.
 * @param part what one witness said
 * @returns such as `conversation of elevenlabs`
 */
export function witnessOf(part: Told<Shape<'Part'>>): string {
  return [textIn(part, 'witness') ?? 'part', textsIn(part.providers).join(', ')]
    .filter((text) => text !== '')
    .join(' of ');
}

/** A group is a value, or an object with the field in it; costs are told per unit. */
function wordOf(part: Told<Shape<'Part'>>, group: string, field: string): unknown {
  const held = isFields(part.groups) ? part.groups[group] : null;
  return (isFields(held) ? held[field] : held) ?? null;
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'string' && typeof b === 'string' && Date.parse(a) === Date.parse(b));
}
