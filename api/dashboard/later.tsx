/** What the first look can do without: made once the browser has painted that look, so that it is not waited for. */
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** False until what stands there was painted, then true for good. */
export function useLater(): boolean {
  const [isLater, setLater] = useState(false);
  useEffect(() => {
    // What is made now, such as a drawing, is painted with the first frame from here; that of the second says that it was.
    let frame = requestAnimationFrame(() => {
      frame = requestAnimationFrame(() => setLater(true));
    });
    return () => cancelAnimationFrame(frame);
  }, []);
  return isLater;
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
