/** The calls that run at this moment, each with its clock. */
import { activeIn, type LiveCall } from '../calls.ts';
import { runningClock, type Formats } from '../format.ts';
import { shownAtMs, type State } from '../state.ts';
import { wordFor } from '../wording.ts';

/** Rows on show; the rest is counted, so that a thousand running calls do not make a thousand ticking rows. */
const SHOWN = 60;

/** The running calls, the longest first. */
export function ActiveCalls({ state, formats }: { state: State; formats: Formats }) {
  const active = activeIn(state.calls.value);
  const complete = state.present.value?.activeComplete ?? true;
  const more = active.length - SHOWN;
  return (
    <section class="card active" aria-labelledby="active-title">
      <header class="card-head">
        <h2 id="active-title">Active calls</h2>
        <b class="number">{formats.count(active.length)}</b>
      </header>
      {active.length === 0 ? (
        <p class="note empty">
          No call is running.{!complete && ' Some senders tell of a call only once it has ended.'}
        </p>
      ) : (
        <ul class="active-list" tabIndex={0} aria-label="Active calls, longest first">
          {active.slice(0, SHOWN).map((call) => (
            <ActiveCall key={call.callId} call={call} nowMs={shownAtMs(state)} />
          ))}
        </ul>
      )}
      {more > 0 && <p class="note">and {formats.count(more)} more</p>}
      {active.length > 0 && !complete && (
        <p class="note">Some senders tell of a call only once it has ended.</p>
      )}
    </section>
  );
}

function ActiveCall({ call, nowMs }: { call: LiveCall; nowMs: number }) {
  const party = call.direction === 'inbound' ? call.fromNumber : call.toNumber;
  const about = [wordFor(call.direction), party].filter((text) => text !== null).join(' ');
  return (
    <li>
      <i class={`dot dot-${call.status === 'ringing' ? 'ringing' : 'talking'}`} aria-hidden="true" />
      <span class="who">
        {call.agent ?? 'No agent named'}
        <small>
          {wordFor(call.status)}
          {about === '' ? '' : ` · ${about}`}
        </small>
      </span>
      <span class="running">{call.startedAtMs === null ? '' : runningClock(nowMs - call.startedAtMs)}</span>
    </li>
  );
}
