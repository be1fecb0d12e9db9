/** Prometheus's rule file, made: recordings first, then the alerts that read them. `npm run generate` writes it. */
import { stringify } from 'yaml';
import { ALERTS, RUNBOOK } from './alerts.ts';
import { recordingsOf } from './objectives.ts';
import { createSpan } from './windows.ts';

/** Where the runbook can be read; whoever has it on a page of their own sets this once. */
const RUNBOOK_BASE = RUNBOOK;

/**
 * Makes the rule file.
 * @param options how much shorter every length of time is than as deployed, and how often rules are looked at
 * @returns YAML
 */
export function rulesOf({ factor = 1, everySeconds = 15 } = {}): string {
  const span = createSpan(factor);
  const interval = `${everySeconds}s`;
  const rules = ALERTS.map(({ name, severity, forSeconds, summary, expr }) => ({
    alert: name,
    expr: expr(span),
    ...(forSeconds > 0 && {
      for: factor === 1 ? span(forSeconds) : `${Math.max(1, Math.round(forSeconds / factor))}s`,
    }),
    labels: { severity },
    annotations: { summary, runbook_url: `${RUNBOOK_BASE}#${name.toLowerCase()}` },
  }));
  const groups = [
    { name: 'callviews-recordings', interval, rules: recordingsOf(span) },
    { name: 'callviews-alerts', interval, rules },
  ];
  return `# Made by npm run generate: do not edit.\n${stringify({ groups }, { lineWidth: 0 })}`;
}
