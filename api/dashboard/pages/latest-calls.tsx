/** The latest calls, newest first: when, who, how it went. */
import { isActive, latestIn, type LiveCall } from '../calls.ts';
import { NOTHING, runningClock, type Formats } from '../format.ts';
import { shownAtMs, type State } from '../state.ts';
import { wordFor } from '../wording.ts';

const SHOWN = 10;
const HEAD = ['Started', 'Agent', 'Number', 'Connection', 'Talk time', 'Outcome', 'Sentiment'] as const;

/** A table that grows with pushes up to its last line. */
export function LatestCalls({ state, formats }: { state: State; formats: Formats }) {
  const calls = latestIn(state.calls.value, SHOWN);
  return (
    <section class="card latest" aria-labelledby="latest-title">
      <header class="card-head">
        <h2 id="latest-title">Latest calls</h2>
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
                <LatestCall key={call.callId} call={call} nowMs={shownAtMs(state)} formats={formats} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function LatestCall({ call, nowMs, formats }: { call: LiveCall; nowMs: number; formats: Formats }) {
  const startedAtMs = call.startedAtMs ?? nowMs;
  const party = call.direction === 'inbound' ? call.fromNumber : call.toNumber;
  const arrow = call.direction === 'inbound' ? '← ' : call.direction === 'outbound' ? '→ ' : '';
  return (
    <tr>
      <th scope="row">
        <time dateTime={new Date(startedAtMs).toISOString()} title={formats.dayAndTime(startedAtMs)}>
          {formats.ago(Math.min(startedAtMs, nowMs), nowMs)}
        </time>
      </th>
      <td>{call.agent ?? NOTHING}</td>
      <td>
        <span aria-hidden="true">{arrow}</span>
        <span class="visually-hidden">{wordFor(call.direction)}</span>
        {party ?? NOTHING}
      </td>
      <td>{(isActive(call) ? wordFor(call.status) : wordFor(call.connection)) ?? NOTHING}</td>
      <td class="end">
        {isActive(call) ? runningClock(nowMs - startedAtMs) : formats.length(call.durationMs)}
      </td>
      <td>{marked(call.goal)}</td>
      <td>{marked(call.sentiment)}</td>
    </tr>
  );
}

function marked(value: string | null) {
  const word = wordFor(value);
  if (word === null) return NOTHING;
  return (
    <>
      <i class={`mark share-${value ?? ''} mark-${value ?? ''}`} aria-hidden="true" />
      {word}
    </>
  );
}
