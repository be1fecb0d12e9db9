/** The dashboards' files, built with Grafana's own library: `npm run generate` writes them, a test compares. */
import { DashboardBuilder, DashboardCursorSync, RowBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Dashboard, Panel } from './panel.ts';
import { DASHBOARDS } from './panels.ts';

/** The data source that provisioning makes. */
const DATASOURCE = { type: 'prometheus', uid: 'callviews-prometheus' };
/** Grafana divides a row into 24. */
const PANEL = { width: 8, height: 7 };

/** Name → text. */
export const MADE_FILES: Readonly<Record<string, string>> = Object.fromEntries(
  DASHBOARDS.map((dashboard) => [
    `${dashboard.uid.replace('callviews-', '')}.json`,
    JSON.stringify(built(dashboard), null, 2),
  ]),
);

function built({ uid, title, rows }: Dashboard) {
  // The form that every Grafana reads from a file; its successor is for newer ones alone.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .tags(['callviews'])
    .readonly()
    .refresh('30s')
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-3h', to: 'now' });
  for (const [name, panels] of Object.entries(rows)) {
    builder.withRow(new RowBuilder(name));
    for (const panel of panels) builder.withPanel(panelOf(panel));
  }
  return builder.build();
}

function panelOf({ title, unit, means, queries }: Panel): PanelBuilder {
  const builder = new PanelBuilder()
    .title(title)
    .unit(unit)
    .datasource(DATASOURCE)
    .span(PANEL.width)
    .height(PANEL.height);
  if (means !== '') builder.description(`Good: ${means}`);
  queries.forEach(({ expr, legend }, at) => {
    const query = new DataqueryBuilder()
      .expr(expr.replaceAll('[rate]', '[$__rate_interval]'))
      .legendFormat(legend)
      .refId(String.fromCharCode(65 + at));
    builder.withTarget(query);
  });
  return builder;
}
