/** One uPlot canvas in a box: made once, fed with columns, sized with its box, steered by mouse, touch or arrow keys. */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { Column } from '../rows.ts';

/**
 * What a plot draws. `label` says in words what a sighted reader sees; columns have one number a period; `onPoint` gets the period
 * pointed at, or null; `onPick` the one that was clicked or chosen with Enter.
 */
export type PlotProps = {
  label: string;
  columns: readonly Column[];
  options: Omit<uPlot.Options, 'width' | 'height'>;
  onPoint: (index: number | null) => void;
  onPick: (index: number) => void;
};

/** A chart's drawing area; made anew only when `options` is another object. */
export function Plot({ label, columns, options, onPoint, onPick }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef({ columns, onPoint });
  latest.current = { columns, onPoint };

  // Drawn in the frame in which its card comes: an effect would draw it in the next.
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const made = new uPlot(
      {
        ...options,
        ...sizeOf(element),
        hooks: {
          ...options.hooks,
          setCursor: [(self) => latest.current.onPoint(self.cursor.idx ?? null)],
        },
      },
      alignedTo(latest.current.columns),
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => {
      const { width, height } = sizeOf(element);
      if (width !== made.width || height !== made.height) made.setSize({ width, height });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.current = null;
      made.destroy();
    };
  }, [options]);

  useEffect(() => plot.current?.setData(alignedTo(latest.current.columns)), [columns]);

  const pick = (): void => {
    const index = plot.current?.cursor.idx ?? null;
    if (index !== null) onPick(index);
  };
  return (
    <div
      class="plot"
      ref={box}
      role="application"
      aria-roledescription="chart"
      aria-label={label}
      tabIndex={0}
      onClick={pick}
      onKeyDown={(event) => (event.key === 'Enter' ? pick() : steer(plot.current, event))}
      onBlur={() => plot.current?.setCursor({ left: -10, top: -10 })}
    />
  );
}

/** Periods stand at 0, 1, 2 …: every one as wide as the next, whatever the clock did. */
function alignedTo(columns: readonly Column[]): uPlot.AlignedData {
  return [(columns[0] ?? []).map((_, index) => index), ...columns];
}

function sizeOf(element: HTMLElement): { width: number; height: number } {
  return { width: Math.max(1, element.clientWidth), height: Math.max(1, element.clientHeight) };
}

function steer(plot: uPlot | null, event: KeyboardEvent): void {
  if (plot === null) return;
  const last = plot.data[0].length - 1;
  const at = plot.cursor.idx ?? null;
  const next = { ArrowLeft: (at ?? last + 1) - 1, ArrowRight: (at ?? -1) + 1, Home: 0, End: last }[event.key];
  if (event.key === 'Escape') plot.setCursor({ left: -10, top: -10 });
  if (next === undefined) return;
  event.preventDefault();
  const index = Math.min(last, Math.max(0, next));
  plot.setCursor({ left: plot.valToPos(index, 'x'), top: plot.height / 3 });
}
