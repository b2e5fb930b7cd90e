import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { moduleFolder } from './go.ts';
import { versions } from './pins.ts';
import { toolsFolder } from './programs.ts';
import { published, publishedTexts } from './published-crds.ts';
import type { Published } from './published-crds.ts';

/** Where an operator's CustomResourceDefinitions are, inside the zip of its Go module. */
interface Source {
  readonly version: string;
  readonly module: string;
  readonly files: readonly string[];
  /** Only these of the files' definitions; all when absent. */
  readonly kinds?: readonly string[];
}

/** The operators whose Go modules carry their definitions. */
const sources = {
  'cloudnative-pg': {
    version: versions.cloudnativePg,
    module: 'github.com/cloudnative-pg/cloudnative-pg',
    files: ['clusters', 'databases', 'scheduledbackups', 'backups', 'poolers'].map(
      (kind) => `config/crd/bases/postgresql.cnpg.io_${kind}.yaml`,
    ),
  },
  'barman-plugin': {
    version: versions.barmanPlugin,
    module: 'github.com/cloudnative-pg/plugin-barman-cloud',
    files: ['config/crd/bases/barmancloud.cnpg.io_objectstores.yaml'],
  },
  keda: {
    version: versions.keda,
    module: 'github.com/kedacore/keda/v2',
    files: ['scaledobjects', 'triggerauthentications'].map((kind) => `config/crd/bases/keda.sh_${kind}.yaml`),
  },
  nack: { version: versions.nack, module: 'github.com/nats-io/nack', files: ['deploy/crds.yml'] },
  'prometheus-operator': {
    version: versions.prometheusOperator,
    module: 'github.com/prometheus-operator/prometheus-operator',
    files: ['example/prometheus-operator-crd/monitoring.coreos.com_podmonitors.yaml'],
  },
  /** One of the operators that serve ObjectBucketClaims; all of them install the same definition. */
  noobaa: {
    version: versions.noobaa,
    module: 'github.com/noobaa/noobaa-operator/v5',
    files: ['deploy/obc/objectbucket.io_objectbucketclaims_crd.yaml'],
  },
  'gateway-api': {
    version: versions.gatewayApi,
    module: 'sigs.k8s.io/gateway-api',
    files: ['config/crd/standard/gateway.networking.k8s.io_httproutes.yaml'],
  },
  istio: {
    version: versions.istioApi,
    module: 'istio.io/api',
    files: ['kubernetes/customresourcedefinitions.gen.yaml'],
    kinds: ['VirtualService'],
  },
  'istio-security': {
    version: versions.istioApi,
    module: 'istio.io/api',
    files: ['kubernetes/customresourcedefinitions.gen.yaml'],
    kinds: ['PeerAuthentication', 'AuthorizationPolicy'],
  },
  'cert-manager': {
    version: versions.certManager,
    module: 'github.com/cert-manager/cert-manager',
    files: ['certificates', 'clusterissuers'].map((kind) => `deploy/crds/cert-manager.io_${kind}.yaml`),
  },
  'external-secrets': {
    version: versions.externalSecrets,
    module: 'github.com/external-secrets/external-secrets',
    files: ['deploy/crds/bundle.yaml'],
    kinds: ['ExternalSecret', 'SecretStore', 'ClusterSecretStore', 'PushSecret', 'Password'],
  },
  'argo-cd': {
    version: versions.argoCd,
    module: 'github.com/argoproj/argo-cd/v3',
    files: ['application', 'applicationset', 'appproject'].map((kind) => `manifests/crds/${kind}-crd.yaml`),
  },
} as const satisfies Record<string, Source>;

/** The operators whose definitions can be had. */
export type Operator = keyof typeof sources | keyof typeof published;

/** Those that make what our claims are composed of. */
const composing: readonly Operator[] = [
  'cloudnative-pg',
  'barman-plugin',
  'dragonfly',
  'aws-provider',
  'noobaa',
  'keda',
  'nack',
  'prometheus-operator',
  'gateway-api',
  'istio',
  'cert-manager',
];

/** A CustomResourceDefinition, as far as anybody here looks into it. */
export interface CustomResourceDefinition {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string; readonly plural: string };
  };
}

function definitions(text: string, kinds: readonly string[] | undefined): CustomResourceDefinition[] {
  // The files are the operators' own releases: what says it is a definition has the fields of one.
  const found = loadAll(text).filter(
    (document) => (document as JsonObject | null)?.['kind'] === 'CustomResourceDefinition',
  ) as CustomResourceDefinition[];
  return found.filter(({ spec }) => kinds === undefined || kinds.includes(spec.names.kind));
}

async function fromModule({ module, version, files, kinds }: Source): Promise<CustomResourceDefinition[]> {
  const folder = await moduleFolder(`${module}@v${version}`);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.flatMap((text) => definitions(text, kinds));
}

async function fromAddress(source: Published): Promise<CustomResourceDefinition[]> {
  return (await publishedTexts(source)).flatMap((text) => definitions(text, undefined));
}

/** Fetched once and then kept under a name that changes with what is asked for, so that later runs need no Go. */
async function cached(operator: Operator): Promise<CustomResourceDefinition[]> {
  const source: Source | Published = { ...sources, ...published }[operator];
  const name = createHash('sha256').update(JSON.stringify(source)).digest('hex').slice(0, 12);
  const path = join(toolsFolder(), 'crds', operator, `${name}.json`);
  const kept = await readFile(path, 'utf8').catch(() => undefined);
  // Only this function writes the file, and renames it into place.
  if (kept !== undefined) return JSON.parse(kept) as CustomResourceDefinition[];
  const found = 'address' in source ? await fromAddress(source) : await fromModule(source);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.${process.pid}.part`, JSON.stringify(found));
  await rename(`${path}.${process.pid}.part`, path);
  return found;
}

/**
 * The CustomResourceDefinitions of these operators, in their pinned releases. Fetched at the first call and kept
 * beside the programs, never in the repository.
 *
 * @throws one sentence saying what to install or set
 */
export async function customResourceDefinitions(
  operators: readonly Operator[] = composing,
): Promise<CustomResourceDefinition[]> {
  return (await Promise.all(operators.map(cached))).flat();
}
