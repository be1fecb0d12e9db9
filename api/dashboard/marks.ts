/** Text cut where something was found in it, so that hits can be shown as elements and never as markup. Pure. */

/** A piece of a text, found or not. */
export type Piece = { text: string; isHit: boolean };

/**
 * Cuts a text at given offsets.
 * @param text any
 * @param matches offsets in UTF-16 units, ends exclusive, in any order
 * @returns pieces that make the text again
 */
export function piecesAt(text: string, matches: readonly { start: number; end: number }[]): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const { start, end } of [...matches].sort((a, b) => a.start - b.start)) {
    if (start < from || end <= start || end > text.length) continue;
    if (start > from) pieces.push({ text: text.slice(from, start), isHit: false });
    pieces.push({ text: text.slice(start, end), isHit: true });
    from = end;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), isHit: false });
  return pieces;
}

/**
 * Finds words in a text, without regard to case.
 * @param text where to look
 * @param sought as typed; empty finds nothing
 * @returns offsets in UTF-16 units
 */
export function foundIn(text: string, sought: string): { start: number; end: number }[] {
  const word = sought.trim();
  if (word === '') return [];
  const pattern = new RegExp(word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'giu');
  return [...text.matchAll(pattern)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
}
