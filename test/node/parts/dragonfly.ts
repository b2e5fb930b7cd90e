import { becomes } from '../../e2e/claims.ts';
import { nodeImage } from '../../e2e/programs.ts';
import { standIn } from '../../e2e/stand-in/manifest.ts';
import { customResourceDefinitions } from '../../tools/crds.ts';
import { nodeRuntime, redis, redisImage } from '../images/catalog.ts';
import { applyManifest } from './part.ts';
import type { Part } from './part.ts';

/** The Dragonfly operator and its server can be had from no package registry: the real definition, and a stand-in. */
export const dragonfly: Part = {
  images: [nodeRuntime, redis],
  async install({ cluster }) {
    const items = await customResourceDefinitions(['dragonfly']);
    await applyManifest(cluster, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    await cluster.apply(await standIn({ node: nodeImage, redis: redisImage }));
    const deployment = { of: 'deployment/dragonfly-stand-in', in: 'dragonfly-operator-system' };
    await becomes(cluster, deployment, 'Available', 60);
  },
};
