/** What an alert is. */
import type { Span } from './windows.ts';

/** `page` wakes somebody; `ticket` waits for the next working day. */
type Severity = 'page' | 'ticket';

/** One alert. */
export type Alert = {
  name: string;
  severity: Severity;
  /** How long it has to hold. */
  forSeconds: number;
  /** What it tells, in a sentence; may hold Prometheus's `{{ $labels.x }}`. */
  summary: string;
  expr(span: Span): string;
};
