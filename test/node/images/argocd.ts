import { chmod, copyFile, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { moduleFolder } from '../../tools/go.ts';
import { versions } from '../../tools/pins.ts';
import type { ImageRecipe } from './image.ts';

/** The scripts of its release that Argo CD runs, beside Git, Helm and Kustomize. */
export const argoCdScripts = ['git-verify-wrapper.sh', 'git-ask-pass.sh', 'gpg-wrapper.sh'] as const;

/** The names by which the manifest starts the one program that is all of Argo CD. */
const argoCdNames = [
  'application-controller',
  'applicationset-controller',
  'notifications',
  'repo-server',
  'server',
];

/** Under the name that the platform's folders ask for; the program is the newest one that builds from packages. */
const argoCd: ImageRecipe = {
  name: `quay.io/argoproj/argocd:v${versions.argoCd}`,
  debian: { packages: ['libc6', 'coreutils', 'git', 'tini'] },
  programs: {
    'usr/local/bin/argocd': 'argocd',
    'usr/local/bin/helm': 'helm',
    'usr/local/bin/kustomize': 'kustomize',
  },
  config: {
    Entrypoint: ['tini', '--'],
    // Nobody signs the commits, so that there is no key to be made first.
    Env: ['PATH=/usr/local/bin:/usr/bin', 'HOME=/home/argocd', 'ARGOCD_GPG_ENABLED=false'],
    User: '999',
    WorkingDir: '/home/argocd',
  },
  finish: { revision: versions.argoCdServer, work: addNamesAndScripts },
};

async function addNamesAndScripts(folder: string): Promise<void> {
  const bin = join(folder, 'usr/local/bin');
  for (const name of argoCdNames) await symlink('argocd', join(bin, `argocd-${name}`));
  const release = await moduleFolder(`github.com/argoproj/argo-cd/v3@v${versions.argoCdServer}`);
  for (const name of argoCdScripts) {
    await copyFile(join(release, 'hack', name), join(bin, name));
    await chmod(join(bin, name), 0o755);
  }
  await mkdir(join(folder, 'home/argocd'), { recursive: true });
}

/** What Argo CD keeps between two looks, by the name in its manifest. */
const cache: ImageRecipe = {
  name: 'public.ecr.aws/docker/library/redis:8.2.3-alpine',
  debian: { packages: ['libc6', 'redis-server'] },
  config: { Entrypoint: ['redis-server'], Env: ['PATH=/usr/bin'], User: '999' },
};

/** The operator under the name that its chart asks for; the program is the newest one that builds from packages. */
const externalSecrets: ImageRecipe = {
  name: `ghcr.io/external-secrets/external-secrets:v${versions.externalSecrets}`,
  programs: { 'bin/external-secrets': 'external-secrets' },
  config: { Entrypoint: ['/bin/external-secrets'], User: '65532:65532' },
};

/** What the tree of the GitOps repositories brings that no other part has. */
export const gitopsImages: readonly ImageRecipe[] = [argoCd, cache, externalSecrets];
