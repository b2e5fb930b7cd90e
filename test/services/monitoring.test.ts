import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadAll } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../engine/until.ts';
import { callOnce } from '../functions/server/serving.ts';
import { queries, ruleGroups } from '../monitoring/metrics.ts';
import { bareRules, ruleTests, tried } from '../monitoring/rule-tests.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { findFolder } from '../servers/find.ts';
import { testJob } from '../servers/job.ts';
import { prometheusPackage, startPrometheus } from '../servers/prometheus.ts';
import type { Prometheus } from '../servers/prometheus.ts';
import { freePort } from '../servers/server.ts';
import { read } from '../structure/sources.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';

const programs = await findFolder(prometheusPackage);
const missing = 'Prometheus is missing: install it (`apt install prometheus`)';
if (programs === undefined && process.env['CI']) throw new Error(missing);
if (programs === undefined) console.error(`what monitoring gives Prometheus is not tried: ${missing}`);

describe.skipIf(programs === undefined)('what monitoring gives Prometheus', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zerotouch-monitoring-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const promtool = (...args: string[]) =>
    promisify(execFile)(join(programs ?? '', 'promtool'), args, { cwd: folder });
  const keep = (name: string, content: object) => writeFile(join(folder, name), JSON.stringify(content));

  test('it takes every rule as it is shipped', async () => {
    await keep('shipped.json', { groups: ruleGroups() });
    await expect(promtool('check', 'rules', '--lint-fatal', 'shipped.json')).resolves.toBeDefined();
  });

  test('it raises each alert when it should, and not otherwise', async () => {
    const alerts = ruleGroups().flatMap(({ rules }) => rules.map(({ alert }) => alert));
    expect(tried.toSorted()).toEqual(alerts.toSorted());
    await keep('rules.json', bareRules());
    await keep('tests.json', ruleTests('rules.json'));
    await expect(promtool('test', 'rules', 'tests.json')).resolves.toBeDefined();
  });

  test('it understands every query of the dashboards', async () => {
    const rules = queries().map((expr, index) => ({ record: `query:${index}`, expr }));
    await keep('queries.json', { groups: [{ name: 'queries', rules }] });
    await expect(promtool('check', 'rules', 'queries.json')).resolves.toBeDefined();
  });

  describeServers('with a worker and the function to scrape', (servers) => {
    let world: World;
    let composer: ChildProcess;
    let prometheus: Prometheus;
    beforeAll(async () => {
      world = await createWorld(servers);
      const worker = await world.worker();
      await worker.ready();
      const [port, metrics] = [await freePort(), await freePort()];
      composer = startFunction(port, metrics);
      prometheus = await startPrometheus(programs ?? '', folder, [
        scraped('zerotouch-workers', worker.url, { ...inCluster, pod: 'research-1' }),
        scraped('zerotouch-function', `http://127.0.0.1:${metrics}`, {
          namespace: 'crossplane-system',
          pod: 'bizmatters-function-zerotouch-1',
        }),
      ]);
      const job = testJob();
      await world.publish(job);
      await world.result(job.jobId);
      await until('the function counts a call', async () => {
        await callOnce(`127.0.0.1:${port}`, Buffer.from('no request')).catch(() => undefined);
        return (await prometheus.query('function_calls_total')).length > 0;
      });
    });
    afterAll(async () => {
      await prometheus.stop();
      composer.kill();
      await world.close();
    });

    test('what is scraped bears namespace and claim, by which signals are joined', async () => {
      const sample = await until('the worker is scraped', async () => {
        return (await prometheus.query('deepagents_runtime_capacity'))[0];
      });
      expect(sample.metric).toMatchObject({ namespace: 'agents', claim: 'research', pod: 'research-1' });
    });

    const ofOurs = queries().filter((query) =>
      /\b(?:deepagents_runtime|function|nodejs|process)_/.test(query),
    );
    test.each(ofOurs)('a graph has something to show: %s', async (query) => {
      const shown = until('there are two scrapes', async () => (await prometheus.query(query)).length > 0);
      await expect(shown).resolves.toBe(true);
    });
  });
});

/** What Kubernetes and the Prometheus operator know of a Pod of a claim. */
const inCluster = { namespace: 'agents', __meta_kubernetes_pod_label_app_kubernetes_io_name: 'research' };

function startFunction(port: number, metrics: number): ChildProcess {
  const at = (each: number) => `127.0.0.1:${each}`;
  const args = ['functions/main.ts', '--insecure', '--address', at(port), '--metrics-address', at(metrics)];
  return spawn(process.execPath, args, { cwd: join(import.meta.dirname, '../..'), stdio: 'ignore' });
}

interface PodMonitor {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly podMetricsEndpoints: readonly {
      readonly path: string;
      readonly relabelings?: readonly {
        readonly sourceLabels: readonly string[];
        readonly targetLabel: string;
      }[];
    }[];
  };
}

/** A PodMonitor as the operator writes it for Prometheus, of one Pod. */
function scraped(monitor: string, url: string, labels: Readonly<Record<string, string>>): object {
  const monitors = loadAll(read('package/monitoring/pod-monitors.yaml')) as PodMonitor[];
  const [endpoint] =
    monitors.find(({ metadata }) => metadata.name === monitor)?.spec.podMetricsEndpoints ?? [];
  return {
    job_name: monitor,
    metrics_path: endpoint?.path,
    static_configs: [{ targets: [new URL(url).host], labels }],
    relabel_configs: (endpoint?.relabelings ?? []).map(({ sourceLabels, targetLabel }) => ({
      source_labels: sourceLabels,
      target_label: targetLabel,
    })),
  };
}
