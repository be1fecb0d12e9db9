/** A table of numbers: the first column names the row. */
import type { ComponentChild } from 'preact';

/** A table. */
export type Table = {
  head: readonly string[];
  rows: readonly {
    key: string;
    first: string;
    cells: readonly ComponentChild[];
  }[];
};

/** The table. */
export function NumberTable({ title, table }: { title: string; table: Table }) {
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
        {table.rows.map(({ key, first, cells }) => (
          <tr key={key}>
            <th scope="row">{first}</th>
            {cells.map((cell, index) => (
              <td key={table.head[index + 1]}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
