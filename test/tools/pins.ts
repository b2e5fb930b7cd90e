/**
 * Which programs the tests run beside ours, in which version, and how each is built.
 *
 * All of them are Go programs built from their modules in the module proxy, by exact version in a wrapper module:
 * `go install module@version` refuses a module whose go.mod replaces others, and several of these do.
 */

/** Versions of everything the tests take from elsewhere; a crossplane and its api module share one version. */
const pinned = {
  crossplane: '2.4.0',
  crossplaneCli: '2.5.0',
  etcd: '3.6.5',
  kubernetes: '1.35.3',
  crane: '0.22.1',
  actionlint: '1.7.12',
  nats: '2.14.5',
  cloudnativePg: '1.30.0',
  /** The tag of the image that this CloudNativePG asks for. */
  pgBouncer: '1.25.1',
  barmanPlugin: '0.15.0',
  keda: '2.20.2',
  nack: '0.22.4',
  prometheusOperator: '0.89.0',
  gatewayApi: '1.4.1',
  istioApi: '1.28.1',
  certManager: '1.20.3',
  externalSecrets: '1.3.2',
  /** The newest External Secrets Operator that builds from packages: later ones have providers in modules that are in no proxy. */
  externalSecretsOperator: '0.20.4',
  argoCd: '3.5.0',
  /** The newest Argo CD that builds from packages: from 3.3 on a part of it is in no module. */
  argoCdServer: '3.2.11',
  kustomize: '5.8.1',
  dragonflyOperator: '1.6.1',
  awsProvider: '2.6.0',
  noobaa: '5.18.0',
  // What a node without Docker is made of besides.
  coredns: '1.14.7',
  localPathProvisioner: '0.0.30',
  helm: '3.22.0',
  functionSdkGo: '0.7.1',
  versitygw: '1.8.0',
  kubeRouter: '2.1.0',
  metricsServer: '0.8.0',
  traefik: '3.6.6',
  /** From PyPI. */
  langgraphSdkPython: '0.4.14',
  natsPython: '2.16.0',
  langchainPython: '1.5.2',
  /** Its server from npm, its other programs from PyPI; both are 16.14. */
  postgres16: { server: '16.14.0-beta.17', tools: '0.6.0' },
  /** The minor version before, for an upgrade between the two. */
  postgres16Before: '16.13.0-beta.17',
};

/** Versions by name, such as some in the place of pinned ones. */
export type OtherVersions = {
  readonly [Name in keyof typeof pinned as (typeof pinned)[Name] extends string ? Name : never]?: string;
};

/**
 * What ZEROTOUCH_VERSIONS puts in the place of pinned versions: `kubernetes=1.34.4,keda=2.21.0`.
 *
 * @throws naming what is no version of ours
 */
export function parseOtherVersions(given: string): OtherVersions {
  const known = Object.entries(pinned).flatMap(([name, version]) =>
    typeof version === 'string' ? [name] : [],
  );
  const pairs = given.split(',').filter((pair) => pair !== '');
  const wrong = pairs.filter((pair) => {
    const [name = '', version] = pair.split('=', 2);
    return !known.includes(name) || !version;
  });
  if (wrong.length > 0)
    throw new Error(
      `cannot take ZEROTOUCH_VERSIONS: expected NAME=VERSION, NAME of ${known.join(', ')}, got ${wrong.join(', ')}`,
    );
  // Its keys are names that are known.
  return Object.fromEntries(pairs.map((pair) => pair.split('=', 2))) as OtherVersions;
}

/** The pinned versions, but for those that ZEROTOUCH_VERSIONS names, as the matrix does. */
export const versions: typeof pinned = {
  ...pinned,
  ...parseOtherVersions(process.env['ZEROTOUCH_VERSIONS'] ?? ''),
};

/** How one program is found or built. */
export interface Recipe {
  readonly version: string;
  /** Modules of the wrapper's go.mod, each `path vVERSION`. */
  readonly requires: readonly string[];
  /** Modules that the wrapper puts in the place of others, each `path => path vVERSION`. */
  readonly replaces?: readonly string[];
  /** A module, `path@vVERSION`, whose own go.mod is used where it lies, in place of a wrapper. */
  readonly within?: string;
  /** Files of that module, by their paths, that have another text in a copy of it, or one that is made of their own. */
  readonly instead?: Readonly<Record<string, string | ((text: string) => string)>>;
  /** A Go file of ours that is the main package of the wrapper. */
  readonly main?: string;
  /** The main package. */
  readonly package: string;
  /** String variables that the linker sets, `import/path.name=value`. */
  readonly set?: readonly string[];
  /** True for Kubernetes, whose go.mod points its staging modules at folders that its zip does not hold. */
  readonly staging?: true;
  /** True for a program that must run anywhere, such as in an empty image: built without C. */
  readonly static?: true;
  /** The command, and the arguments that make it print its version, by which a program on PATH is recognised. */
  readonly onPath?: readonly [string, ...string[]];
}

const crossplaneVersion = 'github.com/crossplane/crossplane-runtime/v2/pkg/version.version';
const kubernetesVersion = 'k8s.io/component-base/version';

/** A program of Kubernetes; `versionArguments` make it print its version. */
export function kubernetes(program: string, ...versionArguments: string[]): Recipe {
  const [major, minor] = versions.kubernetes.split('.');
  return {
    version: versions.kubernetes,
    requires: [`k8s.io/kubernetes v${versions.kubernetes}`],
    package: `k8s.io/kubernetes/cmd/${program}`,
    set: [
      `${kubernetesVersion}.gitVersion=v${versions.kubernetes}`,
      `${kubernetesVersion}.gitMajor=${major}`,
      `${kubernetesVersion}.gitMinor=${minor}`,
    ],
    staging: true,
    ...(versionArguments.length > 0 && { onPath: [program, ...versionArguments] as const }),
  };
}

/** The programs that the tests of the engine run. */
export const engineRecipes = {
  'crossplane-core': {
    version: versions.crossplane,
    requires: [
      `github.com/crossplane/crossplane/v2 v${versions.crossplane}`,
      `github.com/crossplane/crossplane/apis/v2 v${versions.crossplane}`,
    ],
    package: 'github.com/crossplane/crossplane/v2/cmd/crossplane',
    set: [
      // Without its version core holds every package that names a Crossplane version for incompatible.
      `${crossplaneVersion}=v${versions.crossplane}`,
      // The RBAC manager has no flag for its metrics port; by default it takes 8080 on every interface.
      'sigs.k8s.io/controller-runtime/pkg/metrics/server.DefaultBindAddress=0',
    ],
  },
  'crossplane-cli': {
    version: versions.crossplaneCli,
    requires: [`github.com/crossplane/cli/v2 v${versions.crossplaneCli}`],
    package: 'github.com/crossplane/cli/v2/cmd/crossplane',
    set: [`${crossplaneVersion}=v${versions.crossplaneCli}`],
    onPath: ['crossplane', 'version', '--client'],
  },
  etcd: {
    version: versions.etcd,
    requires: [`go.etcd.io/etcd/server/v3 v${versions.etcd}`],
    package: 'go.etcd.io/etcd/server/v3',
    onPath: ['etcd', '--version'],
  },
  'kube-apiserver': kubernetes('kube-apiserver', '--version'),
  'kube-controller-manager': kubernetes('kube-controller-manager', '--version'),
  kubectl: kubernetes('kubectl', 'version', '--client'),
  crane: {
    version: versions.crane,
    requires: [`github.com/google/go-containerregistry v${versions.crane}`],
    package: 'github.com/google/go-containerregistry/cmd/crane',
    onPath: ['crane', 'version'],
  },
  actionlint: {
    version: versions.actionlint,
    requires: [`github.com/rhysd/actionlint v${versions.actionlint}`],
    package: 'github.com/rhysd/actionlint/cmd/actionlint',
    onPath: ['actionlint', '-version'],
  },
  'nats-server': {
    version: versions.nats,
    requires: [`github.com/nats-io/nats-server/v2 v${versions.nats}`],
    package: 'github.com/nats-io/nats-server/v2',
    static: true,
    onPath: ['nats-server', '--version'],
  },
  nack: {
    version: versions.nack,
    requires: [],
    within: `github.com/nats-io/nack@v${versions.nack}`,
    package: './cmd/jetstream-controller',
    static: true,
  },
} as const satisfies Record<string, Recipe>;
