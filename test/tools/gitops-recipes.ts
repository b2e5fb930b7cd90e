import { versions } from './pins.ts';
import type { Recipe } from './pins.ts';

/** What the tests of the GitOps repositories run besides the engine: Argo CD, and what it renders manifests by. */
export const gitopsRecipes = {
  // One program is all of its servers, chosen by ARGOCD_BINARY_NAME. It builds where its module lies, by its own go.mod.
  argocd: {
    version: versions.argoCdServer,
    requires: [],
    within: `github.com/argoproj/argo-cd/v3@v${versions.argoCdServer}`,
    package: './cmd',
    set: [`github.com/argoproj/argo-cd/v3/common.version=${versions.argoCdServer}`],
    static: true,
  },
  // With the provider of values in place of those of every cloud, and no generators: minutes to build, not an hour.
  'external-secrets': {
    version: versions.externalSecretsOperator,
    requires: [],
    within: `github.com/external-secrets/external-secrets@v${versions.externalSecretsOperator}`,
    instead: {
      'pkg/provider/register/register.go':
        'package register\n\nimport _ "github.com/external-secrets/external-secrets/pkg/provider/fake"\n',
      'pkg/generator/register/register.go': 'package register\n',
    },
    package: '.',
    static: true,
  },
  kustomize: {
    version: versions.kustomize,
    requires: [],
    within: `sigs.k8s.io/kustomize/kustomize/v5@v${versions.kustomize}`,
    package: '.',
    onPath: ['kustomize', 'version'],
  },
} as const satisfies Record<string, Recipe>;
