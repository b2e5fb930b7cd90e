import type { JsonObject, Observed } from '../functions/composition/contract.ts';
import { at, list, metadataOf, object, text } from '../functions/composition/read.ts';

/** A Secret that a cluster will have by what is in the files, though none of the inputs is what the cluster has. */
export interface PromisedSecret {
  readonly namespace: string;
  readonly name: string;
  /** Undefined where nobody can tell before it is made. */
  readonly keys: readonly string[] | undefined;
  /** Who makes it, for people: `made by ExternalSecret keys`. */
  readonly by: string;
}

interface Maker {
  readonly name: (maker: Observed) => string;
  readonly keys?: (maker: Observed) => readonly string[] | undefined;
}

const destination: Maker = { name: (maker) => text(at(maker, 'spec', 'destination', 'name')) };

/** What makes Secrets in clusters, by group and kind. */
const makers: Readonly<Record<string, Maker>> = {
  '/Secret': {
    name: (maker) => metadataOf(maker).name,
    keys: (maker) => Object.keys({ ...object(maker.data), ...object(maker.stringData) }),
  },
  // https://external-secrets.io/latest/api/externalsecret/
  'external-secrets.io/ExternalSecret': {
    name: (maker) => text(at(maker, 'spec', 'target', 'name')) || metadataOf(maker).name,
    keys: (maker) =>
      at(maker, 'spec', 'dataFrom') === undefined && at(maker, 'spec', 'target', 'template') === undefined
        ? list(at(maker, 'spec', 'data')).map((each) => text(at(each, 'secretKey')))
        : undefined,
  },
  // https://github.com/bitnami-labs/sealed-secrets#sealedsecrets-as-templates-for-secrets
  'bitnami.com/SealedSecret': {
    name: (maker) => text(at(maker, 'spec', 'template', 'metadata', 'name')) || metadataOf(maker).name,
    keys: (maker) =>
      Object.keys({
        ...object(at(maker, 'spec', 'encryptedData')),
        ...object(at(maker, 'spec', 'template', 'data')),
      }),
  },
  // https://developer.hashicorp.com/vault/docs/deploy/kubernetes/vso/api-reference
  'secrets.hashicorp.com/VaultStaticSecret': destination,
  'secrets.hashicorp.com/VaultDynamicSecret': destination,
  'secrets.hashicorp.com/VaultPKISecret': destination,
  // https://developer.1password.com/docs/k8s/operator
  'onepassword.com/OnePasswordItem': { name: (maker) => metadataOf(maker).name },
  // https://cert-manager.io/docs/reference/api-docs/#cert-manager.io/v1.CertificateSpec
  'cert-manager.io/Certificate': { name: (maker) => text(at(maker, 'spec', 'secretName')) },
};

/** The Secrets that these objects are, or make once they are in a cluster. Without a namespace an object is in the given one. */
export function promisedSecrets(objects: readonly JsonObject[], namespace = ''): PromisedSecret[] {
  return objects.flatMap((each) => {
    const kind = text(each.kind);
    const [group = '', version] = text(each.apiVersion).split('/');
    const maker = makers[`${version === undefined ? '' : group}/${kind}`];
    const name = maker?.name(each) ?? '';
    if (maker === undefined || name === '') return [];
    const own = metadataOf(each);
    const by = kind === 'Secret' ? 'is among the files' : `made by ${kind} ${own.name}`;
    return [{ namespace: own.namespace || namespace, name, keys: maker.keys?.(each), by }];
  });
}
