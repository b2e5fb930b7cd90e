import { load } from 'js-yaml';
import { read } from '../structure/sources.ts';
import { ruleGroups } from './metrics.ts';

/** The series that raise an alert, and under `quiet` values that must not. */
interface Raised {
  readonly series: string;
  readonly values: string;
  readonly quiet: string;
  /** Of calls of the function. */
  readonly outcome?: string;
}

const raised = load(read('test/monitoring/alerts.yaml')) as Record<string, Raised>;

/** Names of the alerts that are tried. */
export const tried: readonly string[] = Object.keys(raised);

const severities = new Map(
  ruleGroups().flatMap(({ rules }) => rules.map(({ alert, labels }) => [alert, labels.severity] as const)),
);

/** One alert, raised and quiet: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/. */
function ruleTest(alert: string, { series, values, quiet, outcome }: Raised): object[] {
  const labels =
    outcome === undefined ? { namespace: 'agents', claim: 'research' } : { kind: 'AgentExecutor' };
  const written = Object.entries({ ...labels, ...(outcome === undefined ? {} : { outcome }), pod: 'a' })
    .map(([name, value]) => `${name}="${value}"`)
    .join(',');
  const input = (data: string) => ({
    interval: '1m',
    input_series: [{ series: `${series}{${written}}`, values: data }],
  });
  const asked = { eval_time: '25m', alertname: alert };
  const expected = { exp_labels: { ...labels, severity: severities.get(alert) } };
  return [
    {
      ...input(values),
      name: `${alert} is raised`,
      alert_rule_test: [{ ...asked, exp_alerts: [expected] }],
    },
    { ...input(quiet), name: `${alert} is quiet`, alert_rule_test: [{ ...asked, exp_alerts: [] }] },
  ];
}

/** What `promtool test rules` reads, of the rules in this file. */
export function ruleTests(file: string): object {
  return {
    rule_files: [file],
    tests: Object.entries(raised).flatMap(([alert, each]) => ruleTest(alert, each)),
  };
}

/** The rules without their summaries: what is compared is which alert there is, and for what. */
export function bareRules(): object {
  const groups = ruleGroups().map(({ name, rules }) => ({
    name,
    rules: rules.map((rule) => ({ ...rule, annotations: {} })),
  }));
  return { groups };
}
