import { becomes } from './claims.ts';
import type { Kubectl } from './kubectl.ts';

/** A Secret that comes from outside of the cluster. */
export interface StoredSecret {
  readonly name: string;
  readonly type: string;
  readonly values: Readonly<Record<string, string>>;
}

const apiVersion = 'external-secrets.io/v1';

/**
 * Brings Secrets into a namespace, and says how: by the External Secrets Operator out of a store that holds them itself, where
 * the cluster has that operator, else by hand.
 */
export async function bringSecrets(
  cluster: Kubectl,
  namespace: string,
  secrets: readonly StoredSecret[],
): Promise<string> {
  if ((await cluster.find({ of: 'crd/externalsecrets.external-secrets.io' })) === undefined) {
    await cluster.apply(secrets.map((secret) => byHand(namespace, secret)));
    return 'by hand';
  }
  await cluster.apply([
    store(namespace, secrets),
    ...secrets.map((secret) => externalSecret(namespace, secret)),
  ]);
  for (const { name } of secrets)
    await becomes(cluster, { of: `externalsecret/${name}`, in: namespace }, 'Ready', 120);
  return 'by External Secrets';
}

function byHand(namespace: string, { name, type, values }: StoredSecret): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, type, stringData: values };
}

/** Each of its entries is an object of JSON, as such stores have them. */
function store(namespace: string, secrets: readonly StoredSecret[]): object {
  const data = secrets.map(({ name, values }) => ({ key: `/${name}`, value: JSON.stringify(values) }));
  return {
    apiVersion,
    kind: 'SecretStore',
    metadata: { name: 'store', namespace },
    spec: { provider: { fake: { data } } },
  };
}

function externalSecret(namespace: string, { name, type }: StoredSecret): object {
  return {
    apiVersion,
    kind: 'ExternalSecret',
    metadata: { name, namespace },
    spec: {
      refreshInterval: '1h',
      secretStoreRef: { kind: 'SecretStore', name: 'store' },
      target: { name, template: { type } },
      dataFrom: [{ extract: { key: `/${name}` } }],
    },
  };
}
