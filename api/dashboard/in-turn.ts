/** Work that can wait for its turn: done piece by piece between frames, so that none keeps the page from painting or answering. */

/** Pieces are done for so long, then a frame is painted: half of a frame of 60 a second. */
const AT_ONCE_MS = 8;

const waiting = new Set<() => void>();
let isDue = false;

/**
 * Does something: the first at once, what is asked for before the next frame after it, in the same order.
 * @param act what is done, once
 * @returns takes it back, if it is not done yet
 */
export function inTurn(act: () => void): () => void {
  if (!isDue) {
    later();
    act();
    return () => undefined;
  }
  const piece = (): void => act();
  waiting.add(piece);
  return () => waiting.delete(piece);
}

function later(): void {
  if (isDue) return;
  isDue = true;
  // A page in the background has no frames, and must not gather work for ever.
  if (document.hidden) setTimeout(work);
  else requestAnimationFrame(() => setTimeout(work));
}

function work(): void {
  isDue = false;
  const beganMs = performance.now();
  for (const piece of waiting) {
    waiting.delete(piece);
    later();
    piece();
    if (performance.now() - beganMs > AT_ONCE_MS) break;
  }
}
