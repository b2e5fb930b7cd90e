import type { Answer, Asking } from '../../cli/cluster/proxy.ts';
import { ownClusterBase } from '../../cli/input/cluster-base.ts';
import { ownDefinitions } from '../../cli/input/definitions.ts';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { at, metadataOf, object, text } from '../../functions/composition/read.ts';

/** Who may do what, as the rules of a ClusterRole say it. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** An object with these conditions, all True. */
export function having(given: JsonObject, ...types: readonly string[]): JsonObject {
  const conditions = types.map((type) => ({ type, status: 'True', reason: type }));
  return { ...given, status: { ...object(given.status), conditions } };
}

/** A claim that Crossplane has brought as far as these conditions. */
export function claimWith(kind: string, name: string, ...types: readonly string[]): JsonObject {
  const group = kind === 'AgentExecutor' ? 'platform' : 'database';
  const metadata = { name, namespace: 'shop', uid: name };
  return having({ apiVersion: `${group}.bizmatters.io/v1alpha1`, kind, metadata, spec: {} }, ...types);
}

const pkg = (kind: string, name: string): JsonObject =>
  having(
    {
      apiVersion: 'pkg.crossplane.io/v1',
      kind,
      metadata: { name: `bizmatters-${name}` },
      spec: { package: `ghcr.io/bizmatters/${name}:v0.1.0` },
    },
    'Installed',
    'Healthy',
  );

const crossplane: JsonObject = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'crossplane', namespace: 'crossplane-system', labels: { app: 'crossplane' } },
  spec: {
    template: { spec: { containers: [{ image: 'xpkg.crossplane.io/crossplane/crossplane:v2.4.0' }] } },
  },
  status: { availableReplicas: 1 },
};

/** What a cluster has where everything is installed. */
export async function installedObjects(): Promise<readonly JsonObject[]> {
  const { xrds, compositions } = await ownDefinitions();
  return [
    ...(await ownClusterBase()),
    ...xrds.map(({ value }) => having(object(value), 'Established')),
    ...compositions.map(({ value }) => object(value)),
    pkg('Configuration', 'zerotouch'),
    pkg('Function', 'function-zerotouch'),
    crossplane,
  ];
}

/** A cluster of these objects, which answers as an API server does, to whoever has these rights. */
export function memoryCluster(
  objects: readonly JsonObject[],
  rules: readonly Rule[] = [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
): Asking {
  return { get: async (path) => answerTo(path.split('?')[0] ?? '', objects, rules), close: async () => {} };
}

const nothing: Answer = { status: 404, body: '404 page not found' };
const found = (body: JsonObject): Answer => ({ status: 200, body: JSON.stringify(body) });
const pluralOf = (each: JsonObject) => {
  const kind = text(each.kind).toLowerCase();
  return kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : `${kind}s`;
};

function answerTo(path: string, objects: readonly JsonObject[], rules: readonly Rule[]): Answer {
  if (path === '/version') return found({ gitVersion: 'v1.35.3' });
  const [, group = '', version, ...rest] = path.split('/').slice(1);
  const inGroup = objects.filter(({ apiVersion }) => text(apiVersion).startsWith(`${group}/`));
  if (version === undefined) return inGroup.length === 0 ? nothing : found({});
  const served = inGroup.filter(({ apiVersion }) => apiVersion === `${group}/${version}`);
  if (served.length === 0) return nothing;
  if (rest.length === 0)
    return found({
      resources: served.map((each) => ({
        kind: each.kind ?? '',
        name: pluralOf(each),
        namespaced: metadataOf(each).namespace !== '',
      })),
    });
  const [resource = '', name] = rest[0] === 'namespaces' ? rest.slice(2) : rest;
  const verb = name === undefined ? 'list' : 'get';
  const allows = (some: readonly string[], what: string) => some.includes('*') || some.includes(what);
  const isAllowed = rules.some(
    ({ apiGroups, resources, verbs }) =>
      allows(apiGroups, group) && allows(resources, resource) && allows(verbs, verb),
  );
  if (!isAllowed)
    return { status: 403, body: JSON.stringify({ message: `${resource}.${group} is forbidden` }) };
  const all = served.filter((each) => pluralOf(each) === resource);
  if (name === undefined) return found({ items: all });
  const one = all.find((each) => at(each, 'metadata', 'name') === name);
  return one === undefined ? nothing : found(one);
}
