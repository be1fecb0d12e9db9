/** What the first look can do without: made once the browser has painted that look, or once somebody waits for it. */
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useState } from 'preact/hooks';

/** What comes sooner than this nobody has waited for. */
const WAITING_MS = 200;

/** False until what stands there was painted, then true for good. */
export function useLater(): boolean {
  const [isLater, setLater] = useState(false);
  useEffect(() => whenPainted(() => setLater(true)), []);
  return isLater;
}

/**
 * Does something once what is made now, such as a drawing, was painted: with the first frame from here; that of the second says so.
 * @param act does it
 * @returns leaves it
 */
export function whenPainted(act: () => void): () => void {
  let frame = requestAnimationFrame(() => {
    frame = requestAnimationFrame(act);
  });
  return () => cancelAnimationFrame(frame);
}

/** Its children, later; until then what stands `instead`, as large as they will be. */
export function Later({
  instead = null,
  children,
}: {
  instead?: ComponentChildren;
  children: ComponentChildren;
}) {
  return <>{useLater() ? children : instead}</>;
}

/** Its children, once something is waited for: outlines painted for a moment cost a slow computer as much as what comes after them. */
export function Waited({ children }: { children: ComponentChildren }) {
  const [isWaited, setWaited] = useState(false);
  useLayoutEffect(() => {
    const timer = setTimeout(() => setWaited(true), WAITING_MS);
    return () => clearTimeout(timer);
  }, []);
  return <>{isWaited ? children : null}</>;
}
