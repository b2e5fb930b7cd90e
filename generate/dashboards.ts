/** One graph: each query with the legend of its lines. */
interface Panel {
  readonly title: string;
  /** Of https://grafana.com/docs/grafana/latest/panels-visualizations/configure-standard-options/#unit. */
  readonly unit: 'short' | 's' | 'bytes' | 'ops' | 'percentunit' | 'dateTimeFromNow';
  readonly queries: readonly (readonly [legend: string, expression: string])[];
}

/** A page of graphs. */
export interface Dashboard {
  readonly name: string;
  readonly title: string;
  /** The series whose namespaces and claims are offered for choice; without it there is nothing to choose. */
  readonly series?: string;
  readonly panels: readonly Panel[];
}

const p = 'deepagents_runtime_';
const of = '{namespace=~"$namespace",claim=~"$claim"}';
const rate = (metric: string, labels = of): string => `rate(${metric}${labels}[$__rate_interval])`;
const sum = (expression: string, by = 'namespace, claim'): string => `sum by (${by}) (${expression})`;
const quantile = (share: string, metric: string, labels = of): string =>
  `histogram_quantile(${share}, ${sum(rate(`${metric}_bucket`, labels), 'le')})`;
/** Instances of a database are named after its claim, and its metrics bear no other mark of it. */
const ofDatabase = '{namespace=~"$namespace",pod=~"($claim)(-db)?-[0-9]+"}';

export const dashboards: readonly Dashboard[] = [
  {
    name: 'workers',
    title: 'Agent workers',
    series: `${p}capacity`,
    panels: [
      {
        title: 'Jobs that end',
        unit: 'ops',
        queries: [['{{claim}} {{status}}', sum(rate(`${p}jobs_total`), 'namespace, claim, status')]],
      },
      {
        title: 'Jobs that run, of how many that could',
        unit: 'short',
        queries: [
          ['{{claim}} run', sum(`${p}jobs_in_flight${of}`)],
          ['{{claim}} could', sum(`${p}capacity${of}`)],
        ],
      },
      {
        title: 'Wait for a worker',
        unit: 's',
        queries: [
          ['half', quantile('0.5', `${p}queue_wait_seconds`)],
          ['all but one in twenty', quantile('0.95', `${p}queue_wait_seconds`)],
        ],
      },
      {
        title: 'Time of an attempt',
        unit: 's',
        queries: [
          ['half', quantile('0.5', `${p}job_duration_seconds`)],
          ['all but one in twenty', quantile('0.95', `${p}job_duration_seconds`)],
        ],
      },
      {
        title: 'Tokens',
        unit: 'ops',
        queries: [
          ['{{agent}} {{model}} {{direction}}', sum(rate(`${p}tokens_total`), 'agent, model, direction')],
        ],
      },
      {
        title: 'Tried again, waiting, put aside',
        unit: 'ops',
        queries: [
          ['{{claim}} retries', sum(rate(`${p}retries_total`))],
          ['{{claim}} parked', sum(rate(`${p}parked_total`))],
          ['{{claim}} dead letters', sum(rate(`${p}dead_letters_total`))],
          ['{{claim}} leases lost', sum(rate(`${p}lease_lost_total`))],
        ],
      },
      {
        title: 'Oldest result that is not published',
        unit: 's',
        queries: [['{{claim}}', `max by (namespace, claim) (${p}outbox_oldest_seconds${of})`]],
      },
      {
        title: 'Lag of the event loop',
        unit: 's',
        queries: [['{{pod}}', `nodejs_eventloop_lag_seconds${of}`]],
      },
    ],
  },
  {
    name: 'databases',
    title: 'Databases of claims',
    series: 'cnpg_collector_up',
    panels: [
      { title: 'Instances', unit: 'short', queries: [['{{pod}}', `cnpg_collector_up${ofDatabase}`]] },
      {
        title: 'Connections',
        unit: 'short',
        queries: [['{{pod}}', sum(`cnpg_backends_total${ofDatabase}`, 'pod')]],
      },
      {
        title: 'Size',
        unit: 'bytes',
        queries: [['{{pod}} {{datname}}', `cnpg_pg_database_size_bytes${ofDatabase}`]],
      },
      { title: 'Standbys behind', unit: 's', queries: [['{{pod}}', `cnpg_pg_replication_lag${ofDatabase}`]] },
      {
        title: 'Last base backup',
        unit: 'dateTimeFromNow',
        queries: [
          ['{{pod}}', `barman_cloud_cloudnative_pg_io_last_available_backup_timestamp${ofDatabase} * 1000`],
        ],
      },
      {
        title: 'WAL that could not be archived',
        unit: 'ops',
        queries: [['{{pod}}', rate('cnpg_pg_stat_archiver_failed_count', ofDatabase)]],
      },
    ],
  },
  {
    name: 'caches',
    title: 'Caches of claims',
    series: 'dragonfly_memory_used_bytes',
    panels: [
      {
        title: 'Memory, of how much there may be',
        unit: 'bytes',
        queries: [
          ['{{pod}} used', `dragonfly_memory_used_bytes${of}`],
          ['{{pod}} may be', `dragonfly_memory_max_bytes${of}`],
        ],
      },
      { title: 'Clients', unit: 'short', queries: [['{{pod}}', `dragonfly_connected_clients${of}`]] },
      { title: 'Commands', unit: 'ops', queries: [['{{pod}}', rate('dragonfly_commands_processed_total')]] },
      {
        title: 'Keys that are found',
        unit: 'percentunit',
        queries: [
          [
            '{{claim}}',
            `${sum(rate('dragonfly_keyspace_hits_total'))} / (${sum(rate('dragonfly_keyspace_hits_total'))} + ${sum(rate('dragonfly_keyspace_misses_total'))})`,
          ],
        ],
      },
      {
        title: 'Keys that made room',
        unit: 'ops',
        queries: [['{{pod}}', rate('dragonfly_evicted_keys_total')]],
      },
    ],
  },
  {
    name: 'function',
    title: 'Composition function',
    panels: [
      {
        title: 'Calls',
        unit: 'ops',
        queries: [['{{kind}} {{outcome}}', sum(rate('function_calls_total', ''), 'kind, outcome')]],
      },
      {
        title: 'Time of a call',
        unit: 's',
        queries: [
          ['half', quantile('0.5', 'function_call_duration_seconds', '')],
          ['all but one in a hundred', quantile('0.99', 'function_call_duration_seconds', '')],
        ],
      },
      { title: 'Calls under way', unit: 'short', queries: [['{{pod}}', 'function_calls_in_flight']] },
      {
        title: 'Memory',
        unit: 'bytes',
        queries: [['{{pod}}', 'process_resident_memory_bytes{pod=~".*function-zerotouch.*"}']],
      },
    ],
  },
];

const datasource = { type: 'prometheus', uid: '${datasource}' };

/** A dashboard as Grafana reads it: https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/. */
export function dashboardJson({ name, title, series, panels }: Dashboard): object {
  return {
    uid: `zerotouch-${name}`,
    title,
    tags: ['zerotouch'],
    schemaVersion: 39,
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' },
        ...(series === undefined ? [] : choices(series)),
      ],
    },
    panels: panels.map((panel, index) => ({
      id: index + 1,
      type: 'timeseries',
      title: panel.title,
      datasource,
      gridPos: { h: 8, w: 12, x: (index % 2) * 12, y: Math.floor(index / 2) * 8 },
      fieldConfig: { defaults: { unit: panel.unit }, overrides: [] },
      targets: panel.queries.map(([legendFormat, expr], at) => ({
        refId: String.fromCodePoint(65 + at),
        datasource,
        expr,
        legendFormat,
      })),
    })),
  };
}

/** Namespace and claim; of databases the claim is read from the names of their Pods. */
function choices(series: string): object[] {
  const many = { type: 'query', datasource, multi: true, includeAll: true, allValue: '.*', refresh: 2 };
  const claims = series.startsWith('cnpg_')
    ? { query: `label_values(${series}{namespace=~"$namespace"}, pod)`, regex: '/(.*)-[0-9]+/' }
    : { query: `label_values(${series}{namespace=~"$namespace"}, claim)` };
  return [
    { ...many, name: 'namespace', label: 'Namespace', query: `label_values(${series}, namespace)` },
    { ...many, name: 'claim', label: 'Claim', ...claims },
  ];
}
