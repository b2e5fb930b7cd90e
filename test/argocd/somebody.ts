import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { moduleFolder } from '../tools/go.ts';
import { versions } from '../tools/pins.ts';
import type { Login } from './remote.ts';

/** Whose the three repositories are. */
export const owner = 'somebody';

/** What every private repository asks for. */
export const login: Login = { username: owner, token: 'a"token\\of $(nobody)' };

/** Whether the repository of this path asks for the login to be read. */
export function isPrivate(path: string): boolean {
  return /\/(zerotouch-tenants|bizmatters|workloads)$/.test(path);
}

/** Writes what the platform's repository has from a host of files. */
export async function writeFiles(served: string): Promise<void> {
  const release = await moduleFolder(`github.com/argoproj/argo-cd/v3@v${versions.argoCd}`);
  const path = `raw.githubusercontent.com/argoproj/argo-cd/v${versions.argoCd}/manifests/install.yaml`;
  await mkdir(dirname(join(served, path)), { recursive: true });
  await cp(join(release, 'manifests/install.yaml'), join(served, path));
}
