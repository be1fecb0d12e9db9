/** The latest calls, newest first: when, who, how it went. */
import { addressOn, hrefOf } from '../address.ts';
import { shownAtMs, useApp } from '../app.ts';
import { isActive, latestIn, withCalls, type LiveCall } from '../calls.ts';
import { NOTHING, runningClock } from '../format.ts';
import type { Present } from '../overview-load.ts';
import { standingOf, wordFor } from '../wording.ts';

const SHOWN = 10;
const HEAD = ['Started', 'Agent', 'Number', 'Connection', 'Talk time', 'Outcome', 'Sentiment'] as const;

/** A table that grows with pushes up to its last line. */
export function LatestCalls({ present }: { present: Present | null }) {
  const app = useApp();
  const calls = latestIn(withCalls(app.calls.value, present?.latest ?? []), SHOWN);
  const nowMs = shownAtMs(app);
  return (
    <section class="card latest" aria-labelledby="latest-title">
      <header class="card-head">
        <h2 id="latest-title">Latest calls</h2>
        <a class="quiet" href={hrefOf(addressOn(app.place.at.value, { page: 'calls' }))}>
          All calls
        </a>
      </header>
      {calls.length === 0 ? (
        <p class="note empty">No call has been seen yet.</p>
      ) : (
        <div class="table-box" tabIndex={0} role="region" aria-label="Latest calls, table">
          <table>
            <thead>
              <tr>
                {HEAD.map((name) => (
                  <th key={name} scope="col" class={name === 'Talk time' ? 'end' : undefined}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {calls.map((call) => (
                <LatestCall key={call.callId} call={call} nowMs={nowMs} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function LatestCall({ call, nowMs }: { call: LiveCall; nowMs: number }) {
  const { place, formats } = useApp();
  const shown = formats.value;
  const startedAtMs = call.startedAtMs ?? nowMs;
  const party = call.direction === 'inbound' ? call.fromNumber : call.toNumber;
  const arrow = call.direction === 'inbound' ? '← ' : call.direction === 'outbound' ? '→ ' : '';
  return (
    <tr>
      <th scope="row">
        <a href={hrefOf(addressOn(place.at.value, { page: 'calls', id: call.callId }))}>
          <time dateTime={new Date(startedAtMs).toISOString()} title={shown.full(startedAtMs)}>
            {shown.ago(Math.min(startedAtMs, nowMs), nowMs)}
          </time>
        </a>
      </th>
      <td>
        <bdi>{call.agent ?? NOTHING}</bdi>
      </td>
      <td>
        <span aria-hidden="true">{arrow}</span>
        <span class="visually-hidden">{wordFor(call.direction)}</span>
        {party ?? NOTHING}
      </td>
      <td>{standingOf(call) ?? NOTHING}</td>
      <td class="end">
        {isActive(call) ? runningClock(nowMs - startedAtMs) : shown.length(call.durationMs)}
      </td>
      <td>
        <Marked value={call.goal} />
      </td>
      <td>
        <Marked value={call.sentiment} />
      </td>
    </tr>
  );
}

/** Words that have a colour; one that is not known here has that of the unknown. */
const COLOURED = new Set(['success', 'failure', 'positive', 'neutral', 'mixed', 'negative']);

/** A word with the mark of its colour; a dash where nobody reported it. */
export function Marked({ value }: { value: string | null }) {
  const word = wordFor(value);
  if (word === null) return <>{NOTHING}</>;
  return (
    <>
      <i
        class={`mark ${COLOURED.has(value ?? '') ? `share-${value} mark-${value}` : 'mark-unknown'}`}
        aria-hidden="true"
      />
      {word}
    </>
  );
}
