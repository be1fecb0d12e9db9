/** Text with what was found in it marked: elements and text nodes only, whatever stands in it. */
import { piecesAt } from '../marks.ts';

/** The text. */
export function MarkedText({
  text,
  matches,
}: {
  text: string;
  matches: readonly { start: number; end: number }[];
}) {
  if (matches.length === 0) return <>{text}</>;
  return (
    <>
      {piecesAt(text, matches).map((piece, index) =>
        piece.isHit ? <mark key={index}>{piece.text}</mark> : <span key={index}>{piece.text}</span>,
      )}
    </>
  );
}
