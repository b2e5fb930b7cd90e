import { Metrics } from '../../functions/server/metrics.ts';
import { dashboards } from '../../generate/dashboards.ts';
import { openMetrics } from '../../worker/observability/metrics.ts';
import { loadAll } from 'js-yaml';
import { read } from '../structure/sources.ts';

/** An alert as it is given to Prometheus. */
export interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
}

/** What the operator puts into a file of rules. */
export function ruleGroups(): { readonly name: string; readonly rules: readonly Alert[] }[] {
  const [rule] = loadAll(read('package/monitoring/rules.yaml')) as [
    { spec: { groups: { name: string; rules: Alert[] }[] } },
  ];
  return rule.spec.groups;
}

/** Every query of the dashboards, with the variables that Grafana fills in filled in. */
export function queries(): string[] {
  return dashboards.flatMap(({ panels }) =>
    panels.flatMap((panel) =>
      panel.queries.map(([, query]) =>
        query
          .replaceAll('$__rate_interval', '5m')
          .replaceAll('$namespace', 'agents')
          .replaceAll('$claim', 'research'),
      ),
    ),
  );
}

/** Names of all series that a worker and the function give, as scraped. */
export async function ourSeries(): Promise<ReadonlySet<string>> {
  const worker = openMetrics({ capacity: 1, outbox: () => Promise.resolve({ pending: 0, oldestMs: 0 }) });
  const texts = await Promise.all([worker.scrape(), new Metrics().text()]);
  const declared = [...texts.join('\n').matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? [`${name}_bucket`, name] : [name],
  );
  return new Set(declared);
}
