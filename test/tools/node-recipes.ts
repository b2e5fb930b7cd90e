import { join } from 'node:path';
import { kubernetes, versions } from './pins.ts';
import type { Recipe } from './pins.ts';
import { traefikRecipe } from './traefik-recipe.ts';

/**
 * The programs that a node without Docker is made of. Those that go into images are static, as most of those images hold
 * nothing else. Operators build where their module lies, by their own go.mod: it has `replace` lines that a wrapper would lose.
 */
export const nodeRecipes = {
  'kube-scheduler': kubernetes('kube-scheduler'),
  'kube-proxy': kubernetes('kube-proxy'),
  kubelet: kubernetes('kubelet'),
  helm: {
    version: versions.helm,
    requires: [`helm.sh/helm/v3 v${versions.helm}`],
    package: 'helm.sh/helm/v3/cmd/helm',
  },
  coredns: {
    version: versions.coredns,
    requires: [`github.com/coredns/coredns v${versions.coredns}`],
    main: join(import.meta.dirname, '../node/images/coredns.go'),
    package: '.',
    static: true,
  },
  'local-path-provisioner': {
    version: versions.localPathProvisioner,
    requires: [],
    within: `github.com/rancher/local-path-provisioner@v${versions.localPathProvisioner}`,
    package: '.',
    static: true,
  },
  'cnpg-manager': {
    version: versions.cloudnativePg,
    requires: [],
    within: `github.com/cloudnative-pg/cloudnative-pg@v${versions.cloudnativePg}`,
    package: './cmd/manager',
    set: [`github.com/cloudnative-pg/cloudnative-pg/pkg/versions.buildVersion=${versions.cloudnativePg}`],
    static: true,
  },
  'keda-operator': keda('operator'),
  'keda-adapter': keda('adapter'),
  'keda-webhooks': keda('webhooks'),
  versitygw: {
    version: versions.versitygw,
    requires: [],
    within: `github.com/versity/versitygw@v${versions.versitygw}`,
    package: './cmd/versitygw',
    static: true,
  },
  'barman-plugin': {
    version: versions.barmanPlugin,
    requires: [`github.com/cloudnative-pg/plugin-barman-cloud v${versions.barmanPlugin}`],
    // Its go.mod asks for v0.6.0 of both, which the module proxy does not have; it builds with what its version before asked for.
    replaces: [
      'github.com/cloudnative-pg/barman-cloud => github.com/cloudnative-pg/barman-cloud v0.5.2-0.20260720143032-950b0f57e122',
      'github.com/cloudnative-pg/machinery => github.com/cloudnative-pg/machinery v0.5.0',
    ],
    package: 'github.com/cloudnative-pg/plugin-barman-cloud/cmd/manager',
    static: true,
  },
  'kube-router': {
    version: versions.kubeRouter,
    requires: [],
    within: `github.com/cloudnativelabs/kube-router/v2@v${versions.kubeRouter}`,
    package: './cmd/kube-router',
    set: [`github.com/cloudnativelabs/kube-router/v2/pkg/version.Version=v${versions.kubeRouter}`],
    static: true,
  },
  'metrics-server': {
    version: versions.metricsServer,
    requires: [],
    within: `sigs.k8s.io/metrics-server@v${versions.metricsServer}`,
    package: './cmd/metrics-server',
    static: true,
  },
  traefik: traefikRecipe,
} as const satisfies Record<string, Recipe>;

function keda(program: string): Recipe {
  return {
    version: versions.keda,
    requires: [],
    within: `github.com/kedacore/keda/v2@v${versions.keda}`,
    package: `./cmd/${program}`,
    set: [`github.com/kedacore/keda/v2/version.Version=${versions.keda}`],
    static: true,
  };
}
