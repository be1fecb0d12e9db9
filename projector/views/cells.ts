/** Cells on their two ways: by dotted path, as they are counted, and nested, as the database keeps them. Pure. */
import type { NestedCells } from './view.ts';

/** Fields of a stored bucket that are no cells. */
const NO_CELLS: ReadonlySet<string> = new Set(['_id', 'revision']);

/**
 * Cells as the database lays them out: nested by the dots of their paths.
 * @param cells path → count, such as `connection.busy` → 1, each path once
 * @throws where one path leads through another
 */
export function nestedCells(cells: Iterable<readonly [string, number]>): NestedCells {
  const all: NestedCells = {};
  for (const [path, count] of cells) {
    const names = path.split('.');
    const last = names.pop() ?? path;
    let at = all;
    for (const name of names) {
      const inner = at[name] ?? {};
      at[name] = inner;
      if (typeof inner === 'number') throw new Error(`cell ${path} lies within another`);
      at = inner;
    }
    at[last] = count;
  }
  return all;
}

/**
 * Cells by dotted path. Zeros stay in the store for ever and count as absent.
 * @param bucket a stored bucket, or nested cells
 */
export function flatCells(bucket: object): Map<string, number> {
  const cells = new Map<string, number>();
  const add = (stored: object, path: string): void => {
    for (const [name, value] of Object.entries(stored) as [string, unknown][]) {
      if (path === '' && NO_CELLS.has(name)) continue;
      if (typeof value === 'number' && value !== 0) cells.set(path + name, value);
      else if (typeof value === 'object' && value !== null) add(value, `${path}${name}.`);
    }
  };
  add(bucket, '');
  return cells;
}
