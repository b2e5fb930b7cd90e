import { LuaFactory } from 'wasmoon';
import type { LuaEngine } from 'wasmoon';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kinds } from '../../functions/kinds/registry.ts';
import { describeEngine } from './engine.ts';
import { kustomized, root } from './install.ts';

const yes = (type: string, observedGeneration = 2) => ({ type, status: 'True', observedGeneration });
const no = (type: string, message: string, observedGeneration = 2) => ({
  type,
  status: 'False',
  message,
  observedGeneration,
});

const served = {
  phase: 'Ready',
  message: 'The database serves.',
  conditions: [yes('Ready'), yes('Synced')],
};

/** A claim whose composed resources are not all ready. */
const unready = (phase: string, message: string) => ({
  metadata: { generation: 2 },
  status: { phase, message, conditions: [no('Ready', 'Unready resources: cluster'), yes('Synced')] },
});

const cases = [
  {
    reason: 'a claim that nobody has looked at yet is on its way',
    object: { metadata: { generation: 1 } },
    want: { status: 'Progressing', message: 'waiting for Crossplane' },
  },
  {
    reason: 'ready and synced for the current spec is healthy, with our own sentence',
    object: { metadata: { generation: 2 }, status: served },
    want: { status: 'Healthy', message: 'The database serves.' },
  },
  {
    reason: 'a Ready of the previous spec says nothing about this one',
    object: { metadata: { generation: 3 }, status: served },
    want: { status: 'Progressing', message: 'waiting for Crossplane' },
  },
  {
    reason: 'a claim that the function refuses keeps its old Ready, and is degraded all the same',
    object: {
      metadata: { generation: 2 },
      status: { conditions: [yes('Ready', 1), no('Synced', 'spec.owner: cannot be postgres')] },
    },
    want: { status: 'Degraded', message: 'spec.owner: cannot be postgres' },
  },
  {
    reason: 'a claim that somebody has paused is not sick',
    object: {
      metadata: { generation: 2 },
      status: {
        conditions: [yes('Ready'), { ...no('Synced', 'paused'), reason: 'ReconcilePaused' }],
      },
    },
    want: { status: 'Suspended', message: 'reconciliation is paused' },
  },
  {
    reason: 'a first start takes its time without alarm',
    object: unready('Provisioning', 'Setting up primary.'),
    want: { status: 'Progressing', message: 'Setting up primary.' },
  },
  {
    reason: 'a database that served and does not any more is an alarm',
    object: unready('Degraded', '1 of 3 instances serve.'),
    want: { status: 'Degraded', message: '1 of 3 instances serve.' },
  },
  {
    reason: 'what is being deleted is not sick',
    object: {
      metadata: { generation: 2, deletionTimestamp: '2026-01-01T00:00:00Z' },
      status: { phase: 'Failed', message: 'gone', conditions: [no('Ready', 'Deleting'), yes('Synced')] },
    },
    want: { status: 'Progressing', message: 'being deleted' },
  },
];

const image = 'ghcr.io/bizmatters/zerotouch:v0.2.0';

const packageOf = (generation: number, status?: object) => ({
  metadata: { generation },
  spec: { package: image },
  status,
});

const packages = [
  {
    reason: 'a package that nobody has looked at yet is on its way',
    object: packageOf(1),
    want: { status: 'Progressing', message: 'waiting for Crossplane' },
  },
  {
    reason: 'one that is installed and healthy is healthy',
    object: packageOf(2, { currentIdentifier: image, conditions: [yes('Installed'), yes('Healthy')] }),
    want: { status: 'Healthy', message: image },
  },
  {
    reason: 'the health of the version before says nothing about this one',
    object: packageOf(2, {
      currentIdentifier: image.replace('0.2', '0.1'),
      conditions: [yes('Installed'), yes('Healthy')],
    }),
    want: { status: 'Progressing', message: 'waiting for Crossplane' },
  },
  {
    reason: 'nor does a condition of the spec before',
    object: packageOf(3, { currentIdentifier: image, conditions: [yes('Installed'), yes('Healthy')] }),
    want: { status: 'Progressing', message: 'waiting for Crossplane' },
  },
  {
    reason: 'one that waits for its dependency says so',
    object: packageOf(2, {
      currentIdentifier: image,
      conditions: [yes('Installed'), no('Healthy', 'cannot resolve package dependencies')],
    }),
    want: { status: 'Progressing', message: 'cannot resolve package dependencies' },
  },
];

describe('the health that Argo CD shows', () => {
  let lua: LuaEngine;
  beforeEach(async () => {
    lua = await new LuaFactory().createEngine();
  });
  afterEach(() => lua.global.close());

  async function judged(script: string, object: object): Promise<unknown> {
    lua.global.set('obj', object);
    return lua.doString(await readFile(join(root, 'package/cluster/argocd/component', script), 'utf8'));
  }

  it.each(cases)('$reason', async ({ object, want }) => {
    expect(await judged('health.lua', object)).toEqual(want);
  });

  it.each(packages)('$reason', async ({ object, want }) => {
    expect(await judged('package-health.lua', object)).toEqual(want);
  });
});

describeEngine('Argo CD', () => {
  it('is told the health of every kind and of the packages, and nothing else', async () => {
    const [config, ...others] = await kustomized('package/cluster/argocd');
    expect(others).toEqual([]);
    expect(config).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'argocd-cm', namespace: 'argocd' } });
    expect(Object.keys(config?.['data'] as object).toSorted()).toEqual(
      [
        ...kinds.map(({ apiVersion, kind }) => `${apiVersion.split('/')[0]}_${kind}`),
        ...['Configuration', 'Function'].map((kind) => `pkg.crossplane.io_${kind}`),
      ]
        .map((kind) => `resource.customizations.health.${kind}`)
        .toSorted(),
    );
  });
});
