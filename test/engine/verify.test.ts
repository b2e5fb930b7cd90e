import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { expect, it, onTestFinished } from 'vitest';
import type { Check } from '../../cli/verify/check.ts';
import type { Draft } from './api.ts';
import { describeEngine } from './engine.ts';
import { root } from './install.ts';
import { bound, configuration, crossplane, installed, meanwhile, theFunction } from './verifiable.ts';
import { verifying } from './verifying.ts';

const containing = (part: string) => expect.stringContaining(part) as string;

/** A row that is wrong, by these words. */
interface Lack {
  readonly reason: string;
  readonly row: Partial<Check>;
}

describeEngine('zerotouch verify', (engine) => {
  const { api } = engine;
  const { namespace, ills, kubeconfigOf, zerotouch } = verifying(engine);

  it('finds all well with the rights that docs/program.md names, and no more', async () => {
    const page = await readFile(join(root, 'docs/program.md'), 'utf8');
    const role = load(/```yaml\n(apiVersion: rbac[^`]*)```/.exec(page)?.[1] ?? '') as Draft;
    await meanwhile(api, role);
    await meanwhile(api, bound('ClusterRoleBinding', role.metadata, 'verifier'));
    const run = await zerotouch(await kubeconfigOf('verifier'), '--cluster-namespace', namespace());
    expect(run.stdout).toMatch(/^well +Kubernetes +v1\./);
    for (const row of [
      /^well +Crossplane +v2\.4\.0$/m,
      /^well +Function bizmatters-function-zerotouch +v0\.0\.0, healthy$/m,
      /^well +AgentExecutor +established$/m,
      /^well +KEDA +served$/m,
      /^well +Streams in NATS +1, as NATS answered/m,
      /^well +Claims of PostgresInstance +2, all Ready$/m,
      /^\d+ well, \d+ unused\.$/m,
    ])
      expect(run.stdout).toMatch(row);
    expect(run, run.stdout).toMatchObject({ code: 0, stderr: '' });
  });

  it.each<Lack & { readonly lacks: string }>([
    {
      reason: 'Crossplane',
      lacks: 'apiextensions.crossplane.io/v2',
      row: { subject: 'Crossplane', todo: 'install Crossplane 2.4 or newer' },
    },
    {
      reason: 'the Function',
      lacks: 'pkg.crossplane.io/v1/functions',
      row: { subject: 'Function', found: 'not installed' },
    },
    {
      reason: 'the Configuration',
      lacks: 'pkg.crossplane.io/v1/configurations',
      row: { subject: 'Configuration', found: 'not installed' },
    },
    {
      reason: 'the definition of a kind',
      lacks: 'apiextensions.crossplane.io/v2/compositeresourcedefinitions/webapplications.',
      row: { subject: 'WebApplication', found: containing('no XRD webapplications.') },
    },
    {
      reason: 'the Composition of a kind',
      lacks: 'apiextensions.crossplane.io/v1/compositions/agentexecutors.',
      row: { subject: 'AgentExecutor', found: containing('no Composition agentexecutors.') },
    },
    {
      reason: 'an operator that claims ask for',
      lacks: 'postgresql.cnpg.io',
      row: { subject: 'CloudNativePG', found: containing('Cluster not served; asked for by ') },
    },
  ])('a cluster without $reason', async ({ lacks, row }) => {
    const found = await ills({ lacks: [`/apis/${lacks}`] });
    expect(found).toContainEqual(expect.objectContaining({ state: 'wrong', ...row }));
  });

  it.each<Lack & { readonly ref: Draft; readonly patch: object; readonly subresource?: string }>([
    {
      reason: 'an older Crossplane',
      ref: crossplane,
      patch: {
        spec: {
          template: { spec: { containers: [{ name: 'crossplane', image: 'x.example/crossplane:v2.3.1' }] } },
        },
      },
      row: { subject: 'Crossplane', found: 'v2.3.1', todo: 'upgrade Crossplane to 2.4 or newer' },
    },
    {
      reason: 'a Crossplane without Pods',
      ref: crossplane,
      patch: { status: { availableReplicas: 0 } },
      subresource: 'status',
      row: { subject: 'Crossplane', found: 'v2.4.0, and no Pod of it is available' },
    },
    {
      reason: 'a Function that is not healthy',
      ref: theFunction,
      patch: {
        status: {
          conditions: [
            {
              type: 'Installed',
              status: 'False',
              reason: 'Unpacking',
              message: 'cannot pull',
              lastTransitionTime: '2026-01-01T00:00:00Z',
            },
          ],
        },
      },
      subresource: 'status',
      row: {
        subject: 'Function bizmatters-function-zerotouch',
        found: 'v0.0.0 is not installed: cannot pull',
      },
    },
    {
      reason: 'a Configuration newer than its Function',
      ref: configuration,
      patch: { spec: { package: 'registry.example/zerotouch:v0.9.0' } },
      row: {
        subject: 'Function bizmatters-function-zerotouch',
        found: "v0.0.0, older than the Configuration's v0.9.0",
      },
    },
  ])('$reason', async ({ ref, patch, subresource, row }) => {
    onTestFinished(() => installed(api));
    await api.patch(ref, patch, subresource);
    expect(await ills()).toContainEqual(expect.objectContaining({ state: 'wrong', ...row }));
  });
});
