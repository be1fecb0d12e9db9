/** What a run of `fire.ts` writes down: which alert fired by which cause, after how long, and when it was over. */
import { ALERTS } from '../../ops/prometheus/alerts.ts';

/** One alert that fired; `overAfterMs` is null where its cause was left, or it had not ended with the run. */
export type Fired = { alert: string; cause: string; firedAfterMs: number; overAfterMs: number | null };

/**
 * Makes the file.
 * @param fired in the order of their causes
 * @param factor how much shorter windows were than as deployed
 * @returns Markdown
 */
export function tableOf(fired: readonly Fired[], factor: number): string {
  const seconds = (ms: number | null): string => (ms === null ? '–' : `${(ms / 1_000).toFixed(1)} s`);
  const missing = ALERTS.map(({ name }) => name).filter((name) => !fired.some(({ alert }) => alert === name));
  const left = missing.length === 0 ? 'None is missing.' : `Not among them: ${missing.join(', ')}.`;
  return [
    '# Alerts that were made to fire',
    '',
    `Written by \`npx tsx test/ops/fire.ts ops/prometheus/fired.md\` on ${new Date().toISOString()}: a real Prometheus scraped the`,
    `four processes each second, all windows ${factor} times as short as deployed, save where a cause says otherwise. Long windows:`,
    `\`promtool test rules\`. ${fired.length} of ${ALERTS.length} alerts fired. ${left} A dash: it still fired at the end of the run, since its window was`,
    'not over or its cause was left.',
    '',
    '| alert | cause | fired after | over after the cause was |',
    '| --- | --- | --- | --- |',
    ...fired.map(
      ({ alert, cause, firedAfterMs, overAfterMs }) =>
        `| ${alert} | ${cause} | ${seconds(firedAfterMs)} | ${seconds(overAfterMs)} |`,
    ),
    '',
  ].join('\n');
}
