/** A table of numbers: the first column names the row. */
import type { ComponentChild } from 'preact';

/** A table; `cells` are what is shown, `plain` the same as text for who does not see the page. */
export type Table = {
  head: readonly string[];
  rows: readonly {
    key: string;
    first: string;
    cells: readonly ComponentChild[];
    plain: readonly string[];
  }[];
};

/** The table; hidden ones are plain, since a link that nobody sees must not be stepped on. */
export function NumberTable({ title, table, isPlain }: { title: string; table: Table; isPlain: boolean }) {
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
        {table.rows.map(({ key, first, cells, plain }) => (
          <tr key={key}>
            <th scope="row">{first}</th>
            {(isPlain ? plain : cells).map((cell, index) => (
              <td key={table.head[index + 1]}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
