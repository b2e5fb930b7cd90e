import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { dashboards } from '../../generate/dashboards.ts';
import { filesIn, read } from '../structure/sources.ts';
import { ourSeries, queries, ruleGroups } from './metrics.ts';

const alerts = ruleGroups().flatMap(({ rules }) => rules);
const own = /\b(?:deepagents_runtime|function|nodejs|process)_\w+/g;

describe('what monitoring asks Prometheus for', () => {
  test('a worker or the function gives it', async () => {
    const given = await ourSeries();
    const asked = [...alerts.map(({ expr }) => expr), ...queries()].flatMap((text) => text.match(own) ?? []);
    expect(asked.length).toBeGreaterThan(20);
    expect(asked.filter((name) => !given.has(name))).toEqual([]);
  });

  test('each alert has a row that says what it means, and each row an alert', () => {
    const page = read('docs/operations.md');
    const rows = page.slice(page.indexOf('## What an alarm means')).matchAll(/^\| `([A-Z]\w+)`/gm);
    const told = [...rows].map(([, name]) => name);
    expect(alerts.map(({ alert }) => alert).filter((name) => name.startsWith('Agent'))).toEqual(told);
    for (const { alert } of alerts.filter(({ alert }) => !told.includes(alert)))
      expect(read('docs/function.md')).toContain(`\`${alert}\``);
  });

  test('no two alerts, and no two panels of a dashboard, are called alike', () => {
    const names = [
      alerts.map(({ alert }) => alert),
      ...dashboards.map(({ panels }) => panels.map(({ title }) => title)),
    ];
    for (const each of names) expect(new Set(each).size).toBe(each.length);
  });
});

test('every dashboard is in the ConfigMap, under a name of ours', () => {
  const { configMapGenerator } = load(read('package/monitoring/kustomization.yaml')) as {
    configMapGenerator: { files: string[] }[];
  };
  const files = filesIn('package/monitoring/dashboards/*.json').map((path) => path.split('/').at(-1) ?? '');
  expect(configMapGenerator.flatMap((each) => each.files).toSorted()).toEqual(
    files.map((name) => `zerotouch-${name}=dashboards/${name}`).toSorted(),
  );
});
