/** What the board's tests begin with: calls and a conversation that are known one by one. */
import type { Board } from './board.ts';

const LONG_WORD = 'x'.repeat(5_000);
/** Days on which Berlin's clocks go back and forward, with calls on both sides of the change, and which hours of the day those are in. */
export const CLOCK_CHANGES = [
  { day: '2025-10-26', hours: 25, calls: ['2025-10-26T00:30Z', '2025-10-26T01:30Z'], at: [2, 3] },
  { day: '2025-03-30', hours: 23, calls: ['2025-03-30T00:30Z', '2025-03-30T01:30Z'], at: [1, 2] },
];

/**
 * Tells of five calls of the last day, one of them running, of two in each night in which clocks change, and of a conversation.
 * @param board who is told
 */
export async function tellKnown(board: Board): Promise<void> {
  const person = { connection: 'answered_human', agent_id: 'a1', campaign_id: 'c1' };
  await Promise.all([
    board.tell({
      ...person,
      id: '1',
      minutesAgo: 70,
      duration_seconds: 60,
      goal: 'success',
      sentiment: 'positive',
      sentiment_score: 0.8,
      cost_usd: 0.1,
    }),
    board.tell({
      ...person,
      id: '2',
      minutesAgo: 130,
      duration_seconds: 120,
      goal: 'failure',
      sentiment: 'negative',
      sentiment_score: -0.4,
    }),
    board.tell({
      ...person,
      id: '3',
      minutesAgo: 190,
      connection: 'answered_machine',
      agent_id: 'a2',
      duration_seconds: 30,
    }),
    board.tell({ ...person, id: '4', minutesAgo: 250, connection: 'no_answer', agent_id: 'a2' }),
    ...CLOCK_CHANGES.flatMap(({ calls }) =>
      calls.map((at) =>
        board.tell({
          ...{ ...person, id: at, agent_id: 'night', campaign_id: null },
          minutesAgo: (Date.now() - Date.parse(at)) / 60_000,
        }),
      ),
    ),
    board.ring(`CA${'5'.repeat(32)}`, 3),
    board.talk({
      id: 'conv_words',
      minutesAgo: 2_000,
      turns: [
        ['agent', 'Good morning, how can I help?'],
        ['user', 'This is wonderful, I love it. Please send the invoice to my office.'],
        ['agent', 'שלום, החשבונית נשלחת עכשיו'],
        ['user', `${LONG_WORD} the end of the invoice`],
      ],
    }),
  ]);
}
