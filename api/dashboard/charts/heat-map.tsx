/** When calls come: weekdays by hours of the day, deeper where more began. The map is a table, so that it can be read as one. */
import { useMemo } from 'preact/hooks';
import { addressWith, hrefOf } from '../address.ts';
import { useApp } from '../app.ts';
import { csvOf } from '../csv.ts';
import { download } from '../download.ts';
import { depthOf, heatOf } from '../heat.ts';
import { useLoaded } from '../loaded.ts';
import { loadHours } from '../overview-load.ts';
import type { Asked } from '../range.ts';

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** The card of the map. */
export function HeatMapCard({ asked }: { asked: Asked }) {
  const { place, formats } = useApp();
  const { slice } = place.at.value;
  const hours = useLoaded(
    `hours ${JSON.stringify([asked, slice])}`,
    () => loadHours(asked, slice),
    'numbers',
  );
  const map = useMemo(() => heatOf(hours.value ?? []), [hours.value]);
  const dayName = formats.value.weekday;
  const rows = map.days.flatMap((cells, day) =>
    cells.map(({ calls, hours: counted }, hour) => [
      dayName(day),
      hour,
      counted === 0 ? null : calls,
      counted,
    ]),
  );
  return (
    <section class="card heat" aria-labelledby="heat-title">
      <header class="card-head">
        <h2 id="heat-title">Weekday and hour</h2>
        <button
          type="button"
          class="quiet"
          aria-label="Weekday and hour: download as CSV"
          onClick={() =>
            download('weekday and hour.csv', csvOf(['weekday', 'hour', 'calls', 'hours in range'], rows))
          }
        >
          CSV
        </button>
      </header>
      <table class="heat-map">
        <caption class="visually-hidden">Calls by weekday and hour of the day</caption>
        <thead>
          <tr>
            <th scope="col">
              <span class="visually-hidden">Weekday</span>
            </th>
            {HOURS.map((hour) => (
              <th key={hour} scope="col" class={hour % 6 === 0 ? 'told' : undefined}>
                <span>{hour}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {map.days.map((cells, day) => (
            <tr key={dayName(day)}>
              <th scope="row">{dayName(day)}</th>
              {cells.map(({ calls, hours: counted }, hour) => (
                <td
                  key={hour}
                  class={counted === 0 ? 'heat-none' : `heat-${depthOf(calls, map.most)}`}
                  title={`${dayName(day)} ${hour}:00 · ${counted === 0 ? 'not in the range' : `${formats.value.count(calls)} calls`}`}
                >
                  {calls === 0 ? (
                    <span class="visually-hidden">{counted === 0 ? 'none' : calls}</span>
                  ) : (
                    <a
                      href={hrefOf(addressWith(place.at.value, { explain: 'calls', cell: `${day}-${hour}` }))}
                      aria-label={`${dayName(day)} ${hour}:00, ${formats.value.count(calls)} calls: what they are`}
                    />
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p class="note">
        {hours.trouble ??
          `Most: ${formats.value.count(map.most)} calls. Hours of ${formats.value.timeZone}; an hour outside of the range is hatched.`}
      </p>
    </section>
  );
}
