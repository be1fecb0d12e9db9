/** One hour of a number: the calls in its bucket, what each adds, and the events that each was made of. */
import { useEffect, useState } from 'preact/hooks';
import { addressOn, hrefOf } from '../address.ts';
import { useApp } from '../app.ts';
import { loadHour, type CallBehind, type OpenedHour } from '../explain-load.ts';
import { NOTHING } from '../format.ts';
import { useLoaded } from '../loaded.ts';
import { METRICS, type MetricName } from '../metrics.ts';
import { textOf } from '../request.ts';
import { sliceRoom } from '../slice.ts';

const HOUR_MS = 3_600_000;

/** The calls of the hour of UTC that an hour of the page's zone lies in. */
export function ExplainHour({ name, atMs }: { name: MetricName; atMs: number }) {
  const { place, formats } = useApp();
  const slice = sliceRoom(place.at.value.slice);
  const hourMs = Math.floor(atMs / HOUR_MS) * HOUR_MS;
  const [more, setMore] = useState<OpenedHour[]>([]);
  const [trouble, setTrouble] = useState<string | null>(null);
  const hour = useLoaded(
    `hour ${JSON.stringify([name, slice, hourMs])}`,
    () => loadHour(name, { slice, atMs: hourMs, cursor: null }),
    'once',
  );
  useEffect(() => setMore([]), [hour.value]);
  const { value } = hour;
  if (value === null) return <p class="note">{hour.trouble ?? 'Loading…'}</p>;
  const pages = [value, ...more];
  const next = pages.at(-1)?.nextCursor ?? null;
  const goOn = (cursor: string): void => {
    loadHour(name, { slice, atMs: hourMs, cursor }).then(
      (page) => setMore([...more, page]),
      (error: unknown) => setTrouble(textOf(error)),
    );
  };
  // Of a percentile any cell of the bucket counts; of all else those that its formula names.
  const own = METRICS[name].cells.filter((path) => path in value.cells);
  return (
    <div class="behind">
      {hourMs !== atMs && (
        <p class="note">The bucket is a full hour of UTC, from {formats.value.dayAndTime(hourMs)} on.</p>
      )}
      <p class={value.isEqual === false ? 'bad' : 'good'}>
        {value.isEqual === true && '✓ The calls of this hour add up to its stored bucket, cell by cell.'}
        {value.isEqual === false &&
          'The calls do not add up to the stored bucket: the audit will tell of it.'}
        {value.isEqual === null && 'Too many calls to be added up here.'}
      </p>
      <ul>
        {pages
          .flatMap(({ calls }) => calls)
          .filter(({ adds }) => own.length === 0 || own.some((path) => path in adds))
          .map((call) => (
            <Behind key={call.callId} call={call} paths={own} />
          ))}
      </ul>
      {trouble !== null && <p class="bad">{trouble}</p>}
      {next !== null && (
        <button type="button" class="quiet" onClick={() => goOn(next)}>
          Show more calls
        </button>
      )}
    </div>
  );
}

function Behind({ call, paths }: { call: CallBehind; paths: readonly string[] }) {
  const { place, formats } = useApp();
  const shown = formats.value;
  const adds = paths
    .filter((path) => path in call.adds)
    .map((path) => `${path} +${shown.count(call.adds[path] ?? 0)}`);
  return (
    <li>
      <a href={hrefOf(addressOn(place.at.value, { page: 'calls', id: call.callId }))}>
        <bdi>{call.callId}</bdi>
      </a>
      <p class="note">
        {call.startedAt === null ? NOTHING : shown.clock(Date.parse(call.startedAt))} · {adds.join(', ')}
      </p>
      <ul class="events">
        {call.events.map((event) => (
          <li key={event.id}>
            <code>{event.type}</code> of {event.provider}, {shown.clock(event.eventAtMs)}
            {event.decided.length > 0 && ` · decided ${event.decided.join(', ')}`}
          </li>
        ))}
      </ul>
    </li>
  );
}
