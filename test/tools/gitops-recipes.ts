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
  kustomize: {
    version: versions.kustomize,
    requires: [],
    within: `sigs.k8s.io/kustomize/kustomize/v5@v${versions.kustomize}`,
    package: '.',
    onPath: ['kustomize', 'version'],
  },
} as const satisfies Record<string, Recipe>;
