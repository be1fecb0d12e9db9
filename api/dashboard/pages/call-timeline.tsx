/** The events of a call in the order of their times: what each decided, and all that was told of it. */
import { useApp } from '../app.ts';
import type { WholeCall } from '../call-load.ts';
import { instantIn } from '../fields.ts';
import { NOTHING, runningClock } from '../format.ts';

/** The card. */
export function CallTimeline({ whole: { call, events, eventsComplete } }: { whole: WholeCall }) {
  const formats = useApp().formats.value;
  const startedAtMs = instantIn(call, 'startedAt');
  return (
    <section class="card" aria-labelledby="timeline-title">
      <header class="card-head">
        <h2 id="timeline-title">Timeline</h2>
        <span class="note">{formats.count(events.length)} events</span>
      </header>
      <ol class="timeline">
        {events.map((event) => (
          <li key={event.id}>
            <span class="at" title={event.atMs === null ? undefined : formats.full(event.atMs)}>
              {event.atMs === null || startedAtMs === null ? NOTHING : offset(event.atMs - startedAtMs)}
            </span>
            <details>
              <summary>
                <code>{event.type}</code> <span class="note">of {event.provider}</span>
                <span class="note decided">
                  {event.decided.length > 0
                    ? ` decided ${event.decided.join(', ')}`
                    : ' decided nothing that stands'}
                </span>
              </summary>
              <pre tabIndex={0}>{JSON.stringify(event.raw, null, 2)}</pre>
            </details>
          </li>
        ))}
      </ol>
      {!eventsComplete && <p class="note">There are more events than are shown here.</p>}
    </section>
  );
}

function offset(ms: number): string {
  return ms < 0 ? `−${runningClock(-ms)}` : `+${runningClock(ms)}`;
}
