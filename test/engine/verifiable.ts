import { onTestFinished } from 'vitest';
import type { Asking } from '../../cli/cluster/proxy.ts';
import type { Api, Draft } from './api.ts';
import { gone } from './claims.ts';
import { kustomized } from './install.ts';

const healthy = ['Installed', 'Healthy'].map((type) => ({
  type,
  status: 'True',
  reason: type,
  lastTransitionTime: '2026-01-01T00:00:00Z',
}));

const paused = { 'crossplane.io/paused': 'true' };
const app = { app: 'crossplane' };

/** The Function that the engine has made known. */
export const theFunction: Draft = {
  apiVersion: 'pkg.crossplane.io/v1',
  kind: 'Function',
  metadata: { name: 'bizmatters-function-zerotouch' },
};

/** What an installed cluster has besides; here Crossplane and the function are processes. */
export const configuration: Draft = {
  apiVersion: 'pkg.crossplane.io/v1',
  kind: 'Configuration',
  metadata: { name: 'bizmatters-zerotouch', annotations: paused },
  spec: { package: 'ghcr.io/bizmatters/zerotouch:v0.0.0' },
};

export const crossplane: Draft = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'crossplane', namespace: 'crossplane-system', labels: app },
  spec: {
    selector: { matchLabels: app },
    template: {
      metadata: { labels: app },
      spec: {
        containers: [{ name: 'crossplane', image: 'xpkg.crossplane.io/crossplane/crossplane:v2.4.0' }],
      },
    },
  },
};

/** Makes the engine look as a cluster does in which everything is installed. */
export async function installed(api: Api): Promise<void> {
  await api.apply(configuration);
  await api.apply(crossplane);
  await api.patch(crossplane, { status: { replicas: 1, readyReplicas: 1, availableReplicas: 1 } }, 'status');
  await api.patch(configuration, { status: { conditions: healthy } }, 'status');
  await functionsSay(api, healthy);
}

/** The engine as it was. */
export async function uninstalled(api: Api): Promise<void> {
  await api.delete(configuration);
  await api.delete(crossplane);
  await functionsSay(api, null);
}

/** Of every Function, as tests of other files have made some known too. */
async function functionsSay(api: Api, conditions: object | null): Promise<void> {
  for (const each of await api.list('pkg.crossplane.io/v1', 'Function'))
    await api.patch(each, { status: { conditions } }, 'status');
}

/** A binding of a ClusterRole to a user, in a namespace or in all. */
export function bound(
  kind: 'ClusterRoleBinding' | 'RoleBinding',
  { name, namespace }: { readonly name: string; readonly namespace?: string },
  user: string,
): Draft {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind,
    metadata: { name: `verify-${user}`, ...(namespace === undefined ? {} : { namespace }) },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
  };
}

/** Has this object until the test ends; what looks at the cluster after it finds none. */
export async function meanwhile(api: Api, draft: Draft): Promise<void> {
  await api.apply(draft);
  onTestFinished(async () => {
    await api.delete(draft);
    await gone(api, draft);
  });
}

/** Takes an object of package/cluster away, or changes it, until the test ends. */
export async function meanwhileNot(api: Api, { kind, name, patch }: BaseChange): Promise<void> {
  const base = await kustomized('package/cluster');
  const draft = base.find((each) => each.kind === kind && each.metadata.name === name);
  if (draft === undefined) throw new Error(`package/cluster has no ${kind} ${name}`);
  await (patch === undefined ? api.delete(draft) : api.patch(draft, patch));
  onTestFinished(async () => void (await api.apply(draft)));
}

/** An object of package/cluster that somebody has deleted, or changed. */
interface BaseChange {
  readonly kind: string;
  readonly name: string;
  readonly patch?: object;
}

/** The cluster as it is, but for paths that begin so: there it answers as an API server does that has nothing there. */
export function without(asking: Asking, beginnings: readonly string[]): Asking {
  return {
    get: async (path) =>
      beginnings.some((each) => path.startsWith(each))
        ? { status: 404, body: '404 page not found' }
        : asking.get(path),
    close: () => asking.close(),
  };
}
