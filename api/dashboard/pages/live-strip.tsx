/** What happens at this moment: the running calls, each with its clock, whatever range and slice are on show. */
import { addressOn, hrefOf } from '../address.ts';
import { shownAtMs, useApp } from '../app.ts';
import { activeIn, type LiveCall } from '../calls.ts';
import { runningClock } from '../format.ts';
import type { Present } from '../overview-load.ts';
import { wordFor } from '../wording.ts';

/** Rows on show; the rest is counted, so that a thousand running calls do not make a thousand ticking rows. */
const SHOWN = 60;

/** The running calls, the longest first. */
export function LiveStrip({ present }: { present: Present | null }) {
  const app = useApp();
  const active = activeIn(app.calls.value);
  const complete = present?.activeComplete ?? true;
  const more = active.length - SHOWN;
  const nowMs = shownAtMs(app);
  const here = app.place.at.value;
  const all = hrefOf({
    ...addressOn(here, { page: 'calls', more: { status: 'active' } }),
    slice: null,
  });
  return (
    <section class="card strip" aria-labelledby="active-title">
      <header class="card-head">
        <h2 id="active-title">Active calls</h2>
        <a class="figure" href={all} aria-label={`Active ${active.length}: the list of them`}>
          {app.formats.value.count(active.length)}
        </a>
      </header>
      {active.length === 0 ? (
        <p class="note empty">
          No call is running.{!complete && ' Some senders tell of a call only once it has ended.'}
        </p>
      ) : (
        <ul class="active-list" tabIndex={0} aria-label="Active calls, longest first">
          {active.slice(0, SHOWN).map((call) => (
            <ActiveCall key={call.callId} call={call} nowMs={nowMs} />
          ))}
        </ul>
      )}
      {more > 0 && (
        <p class="note">
          <a href={all}>and {app.formats.value.count(more)} more</a>
        </p>
      )}
      {active.length > 0 && !complete && (
        <p class="note">Some senders tell of a call only once it has ended.</p>
      )}
    </section>
  );
}

function ActiveCall({ call, nowMs }: { call: LiveCall; nowMs: number }) {
  const { place } = useApp();
  const party = call.direction === 'inbound' ? call.fromNumber : call.toNumber;
  const about = [wordFor(call.direction), party].filter((text) => text !== null).join(' ');
  return (
    <li>
      <i class={`dot dot-${call.status === 'ringing' ? 'ringing' : 'talking'}`} aria-hidden="true" />
      <a class="who" href={hrefOf(addressOn(place.at.value, { page: 'calls', id: call.callId }))}>
        <bdi>{call.agent ?? 'No agent named'}</bdi>
        <small>
          {wordFor(call.status)}
          {about === '' ? '' : ` · ${about}`}
        </small>
      </a>
      <span class="running">{call.startedAtMs === null ? '' : runningClock(nowMs - call.startedAtMs)}</span>
    </li>
  );
}
