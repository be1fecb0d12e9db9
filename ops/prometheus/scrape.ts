/** Prometheus's own file, made: the operations port of each process under the labels that rules and dashboards read. */
import { stringify } from 'yaml';

/** Where the processes' operations ports are: names that are looked up again and again, or fixed addresses; null: there is none. */
export type Targets = Record<ScrapedProcess, { name: string; port: number } | { address: string | null }>;

/** The four processes. */
export const SCRAPED = ['ingest', 'projector', 'api', 'jobs'] as const;
/** One of {@link SCRAPED}. */
export type ScrapedProcess = (typeof SCRAPED)[number];

/** As docker-compose.yml names them, with the ports that the settings have by default. */
export const DEPLOYED: Targets = {
  ingest: { name: 'ingest', port: 9401 },
  projector: { name: 'projector', port: 9402 },
  api: { name: 'api', port: 9400 },
  jobs: { name: 'jobs', port: 9403 },
};

/** How a file is to differ from the one that is deployed. */
export type ScrapePlan = {
  targets?: Targets;
  everySeconds?: number;
  alertmanager?: string | null;
  rules?: string;
};

/**
 * Makes the file.
 * @param plan what differs from the deployment
 * @returns YAML
 */
export function scrapeOf(plan: ScrapePlan = {}): string {
  const {
    targets = DEPLOYED,
    everySeconds = 15,
    alertmanager = 'alertmanager:9093',
    rules = 'rules.yml',
  } = plan;
  const every = `${everySeconds}s`;
  const file = {
    global: {
      scrape_interval: every,
      scrape_timeout: everySeconds > 5 ? '5s' : every,
      evaluation_interval: every,
    },
    rule_files: [rules],
    ...(alertmanager !== null && {
      alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
    }),
    scrape_configs: SCRAPED.map((process) => ({
      job_name: `callviews-${process}`,
      ...found(targets[process]),
      relabel_configs: [
        { target_label: 'job', replacement: 'callviews' },
        { target_label: 'process', replacement: process },
      ],
      // A job of ours is none of Prometheus's, which would call it exported_job.
      metric_relabel_configs: [
        { source_labels: ['exported_job'], regex: '(.+)', target_label: 'job_name' },
        { regex: 'exported_job', action: 'labeldrop' },
      ],
    })),
  };
  return `# Made by npm run generate: do not edit.\n${stringify(file, { lineWidth: 0 })}`;
}

/** Several processes of a kind behind one name are all asked, each for itself. */
function found(target: Targets[ScrapedProcess]): object {
  if ('address' in target)
    return { static_configs: [{ targets: target.address === null ? [] : [target.address] }] };
  return {
    dns_sd_configs: [{ names: [target.name], type: 'A', port: target.port, refresh_interval: '15s' }],
  };
}
