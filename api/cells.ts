/** Cells of buckets: added up, taken out by name, shown by path. Pure. */
import type { NestedCells } from '../projector/contract.ts';

/** The fields of a stored bucket that are no cells. */
const NO_CELLS = new Set(['_id', 'revision', 'q']);

/**
 * Adds the cells of a bucket, or of a quarter of one, to a sum.
 * @param sum what the cells are added to, in place
 * @param cells a stored bucket or quarter; what is no cell in it is passed by
 * @param isGivenUp whether nobody else reads them, so that their groups may become those of an empty sum
 */
export function addCells(
  sum: NestedCells,
  cells: Readonly<Record<string, unknown>>,
  isGivenUp = false,
): void {
  // Hundreds of buckets of dozens of cells each: pairs of all of them would be most of what an answer costs.
  for (const name in cells) {
    if (NO_CELLS.has(name)) continue;
    const value = cells[name];
    const held = sum[name];
    if (typeof value === 'number') sum[name] = (typeof held === 'number' ? held : 0) + value;
    else if (isCells(value)) {
      if (typeof held === 'object') addCells(held, value);
      else if (isGivenUp) sum[name] = value;
      else addCells((sum[name] = {}), value);
    }
  }
}

/**
 * Cells as they are shown: by dotted path, in the order of the paths, those of 0 left out.
 * @param cells path → count
 */
export function shownCells(cells: Iterable<readonly [string, number]>): Record<string, number> {
  return Object.fromEntries([...cells].filter(([, n]) => n !== 0).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * One plain cell.
 * @param cells summed cells
 * @param name its name, such as `calls`
 * @returns its count, 0 where it was never touched
 */
export function count(cells: NestedCells, name: string): number {
  const value = cells[name];
  return typeof value === 'number' ? value : 0;
}

/** The cells under one name. */
export function group(cells: NestedCells, name: string): Record<string, number> {
  const members: Record<string, number> = {};
  const held = cells[name];
  if (typeof held !== 'object') return members;
  for (const member in held) {
    const value = held[member];
    if (typeof value === 'number') members[member] = value;
  }
  return members;
}

/** The bins of talk times, as numbers. */
export function binsOf({ bins: held }: NestedCells): Map<number, number> {
  const bins = new Map<number, number>();
  if (typeof held !== 'object') return bins;
  for (const bin in held) {
    const value = held[bin];
    if (typeof value === 'number') bins.set(Number(bin), value);
  }
  return bins;
}

function isCells(value: unknown): value is NestedCells {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
