/** The frame of every chart: heading, what is pointed at, the drawing, and the same numbers as a table for whoever prefers it. */
import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';

/** One entry of the legend; `mark` is the class of its swatch, `text` the value at the period pointed at or over all. */
export type Entry = { name: string; mark: string; text: string };
/** The numbers of a chart in words: first column the period. */
export type Table = { head: readonly string[]; rows: readonly (readonly string[])[] };
/** A chart: `when` names the period that the legend's values belong to. */
export type FigureProps = {
  title: string;
  area: string;
  when: string;
  entries: readonly Entry[];
  table: Table;
  children: ComponentChildren;
};

/** A card with a drawing that can be read as a table; the table is always there for screen readers. */
export function Figure({ title, area, when, entries, table, children }: FigureProps) {
  const id = useId();
  const [asTable, setAsTable] = useState(false);
  return (
    <section class={`card ${area}`} aria-labelledby={id}>
      <header class="card-head">
        <h2 id={id}>{title}</h2>
        <button
          type="button"
          class="quiet"
          aria-pressed={asTable}
          aria-label={`${title}: show as table`}
          onClick={() => setAsTable(!asTable)}
        >
          Table
        </button>
      </header>
      <div class="legend">
        <span class="when">{when}</span>
        <ul>
          {entries.map(({ name, mark, text }) => (
            <li key={name}>
              <i class={`mark ${mark}`} aria-hidden="true" />
              {name} <b>{text}</b>
            </li>
          ))}
        </ul>
      </div>
      {!asTable && children}
      <div
        class={asTable ? 'table-box numbers' : 'visually-hidden'}
        {...(asTable ? { tabIndex: 0, role: 'region', 'aria-label': `${title}, table` } : {})}
      >
        <NumberTable title={title} table={table} />
      </div>
    </section>
  );
}

function NumberTable({ title, table }: { title: string; table: Table }) {
  return (
    <table>
      <caption class="visually-hidden">{title}</caption>
      <thead>
        <tr>
          {table.head.map((name) => (
            <th scope="col" key={name}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.map(([first, ...rest]) => (
          <tr key={first}>
            <th scope="row">{first}</th>
            {rest.map((text, index) => (
              <td key={table.head[index + 1]}>{text}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
