/** One call in a list: when, who, how it went; the whole row leads to it. */
import { addressOn, hrefOf, type Address } from '../address.ts';
import { shownAtMs, useApp } from '../app.ts';
import { isActive, type LiveCall } from '../calls.ts';
import { NOTHING, runningClock } from '../format.ts';
import { standingOf, wordFor } from '../wording.ts';
import { Marked } from './latest-calls.tsx';

/** Names of the columns, and the class of each. */
export const HEAD = [
  ['Started', 'when'],
  ['Agent', 'agent'],
  ['Campaign', 'campaign'],
  ['Number', 'party'],
  ['Connection', 'connection'],
  ['Talk time', 'end'],
  ['Outcome', 'goal'],
  ['Sentiment', 'feeling'],
  ['Told by', 'by'],
] as const;

/** The row. */
export function CallRow({ call, index, address }: { call: LiveCall; index: number; address: Address }) {
  const app = useApp();
  const formats = app.formats.value;
  const { startedAtMs } = call;
  const party = call.direction === 'inbound' ? call.fromNumber : call.toNumber;
  const arrow = call.direction === 'inbound' ? '← ' : call.direction === 'outbound' ? '→ ' : '';
  const isRunning = isActive(call);
  return (
    <tr class="row" aria-rowindex={index + 2}>
      <th scope="row" class="when">
        <a href={hrefOf(addressOn(address, { page: 'calls', id: call.callId }))}>
          {startedAtMs === null ? 'not started' : formats.dayAndTime(startedAtMs)}
        </a>
      </th>
      <td class="agent">
        <bdi>{call.agent ?? NOTHING}</bdi>
      </td>
      <td class="campaign">
        <bdi>{call.campaignId ?? NOTHING}</bdi>
      </td>
      <td class="party">
        <span aria-hidden="true">{arrow}</span>
        <span class="visually-hidden">{wordFor(call.direction)}</span>
        {party ?? NOTHING}
      </td>
      <td class="connection">
        {isRunning && (
          <i class={`dot dot-${call.status === 'ringing' ? 'ringing' : 'talking'}`} aria-hidden="true" />
        )}
        {standingOf(call) ?? NOTHING}
      </td>
      <td class="end">
        {isRunning && startedAtMs !== null
          ? runningClock(shownAtMs(app) - startedAtMs)
          : formats.length(call.durationMs)}
      </td>
      <td class="goal">
        <Marked value={call.goal} />
      </td>
      <td class="feeling">
        <Marked value={call.sentiment} />
      </td>
      <td class="by">{call.providers.join(', ') || NOTHING}</td>
    </tr>
  );
}
