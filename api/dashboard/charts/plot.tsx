/** One uPlot canvas in a box: made once, fed with columns, sized with its box, steered by mouse, touch or arrow keys. */
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import type { Column } from '../columns.ts';

/** What a plot draws. `label` says in words what a sighted reader sees; columns have one number a period; `onPoint` gets the period pointed at, or null. */
export type PlotProps = {
  label: string;
  columns: readonly Column[];
  options: Omit<uPlot.Options, 'width' | 'height'>;
  onPoint: (index: number | null) => void;
};

/** A chart's drawing area; made anew only when `options` is another object. */
export function Plot({ label, columns, options, onPoint }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const latest = useRef(columns);
  latest.current = columns;

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const made = new uPlot(
      {
        ...options,
        ...sizeOf(element),
        hooks: { ...options.hooks, setCursor: [(self) => onPoint(self.cursor.idx ?? null)] },
      },
      alignedTo(latest.current),
      element,
    );
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize(sizeOf(element)));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.current = null;
      made.destroy();
    };
  }, [options]);

  useEffect(() => plot.current?.setData(alignedTo(columns)), [columns]);

  return (
    <div
      class="plot"
      ref={box}
      role="img"
      aria-label={label}
      tabIndex={0}
      onKeyDown={(event) => steer(plot.current, event)}
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
