import { becomes } from '../../e2e/claims.ts';
import { standIn } from '../../e2e/stand-in/manifest.ts';
import type { StandIn } from '../../e2e/stand-in/manifest.ts';
import { customResourceDefinitions } from '../../tools/crds.ts';
import { nodeRuntime, redis, redisImage } from '../images/catalog.ts';
import { applyManifest } from './part.ts';
import type { Part } from './part.ts';

const operator: StandIn = {
  name: 'dragonfly-stand-in',
  namespace: 'dragonfly-operator-system',
  program: 'dragonfly.ts',
  argument: redisImage,
  rules: [
    { apiGroups: ['dragonflydb.io'], resources: ['dragonflies'], verbs: ['list'] },
    // An owner reference that blocks deletion asks for the finalizers.
    {
      apiGroups: ['dragonflydb.io'],
      resources: ['dragonflies/status', 'dragonflies/finalizers'],
      verbs: ['patch', 'update'],
    },
    { apiGroups: [''], resources: ['services'], verbs: ['create', 'patch'] },
    { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['create', 'patch'] },
  ],
  partOf: 'dragonfly-operator',
  description: 'a stand-in: a Redis plays the server',
};

/** The Dragonfly operator and its server can be had from no package registry: the real definition, and a stand-in. */
export const dragonfly: Part = {
  images: [nodeRuntime, redis],
  async install({ cluster }) {
    const items = await customResourceDefinitions(['dragonfly']);
    await applyManifest(cluster, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    await cluster.apply(await standIn(operator));
    const deployment = { of: `deployment/${operator.name}`, in: operator.namespace };
    await becomes(cluster, deployment, 'Available', 60);
  },
};
