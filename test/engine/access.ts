import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Access } from './api.ts';

/** Who may speak to the API server: one token each. Groups are those Kubernetes gives such a user. */
const users = {
  admin: ['admin', 'system:masters'],
  controllers: ['system:kube-controller-manager', 'system:masters'],
  crossplane: serviceAccount('crossplane'),
  'rbac-manager': serviceAccount('rbac-manager'),
  // As CloudNativePG's manifest calls its account.
  'cnpg-manager': ['system:serviceaccount:cnpg-system:cnpg-manager', 'system:masters'],
} as const satisfies Record<string, readonly [string, string]>;

/** A user of the control plane. */
export type User = keyof typeof users;

const userNames = Object.keys(users) as User[];

function serviceAccount(name: string): readonly [string, string] {
  const groups = 'system:serviceaccounts,system:serviceaccounts:crossplane-system,system:authenticated';
  return [`system:serviceaccount:crossplane-system:${name}`, groups];
}

/** The path of a kubeconfig by which the programs of Kubernetes and Crossplane speak as this user. */
export function kubeconfig({ dir }: { readonly dir: string }, user: User): string {
  return join(dir, `${user}.kubeconfig`);
}

/** The path of the file that tells the API server whose each token is. */
export function tokenFile(dir: string): string {
  return join(dir, 'tokens.csv');
}

/** Gives every user a token of its own, and a kubeconfig. */
export async function grantAccess(
  dir: string,
  server: Omit<Access, 'token'>,
): Promise<Readonly<Record<User, Access>>> {
  const grant = (): Access => ({ ...server, token: randomBytes(16).toString('hex') });
  const access = {
    admin: grant(),
    controllers: grant(),
    crossplane: grant(),
    'rbac-manager': grant(),
    'cnpg-manager': grant(),
  };
  const lines = userNames.map((user) => {
    const [name, groups] = users[user];
    return `${access[user].token},${name},${user},"${groups}"\n`;
  });
  await writeFile(tokenFile(dir), lines.join(''), { mode: 0o600 });
  await Promise.all(userNames.map((user) => writeKubeconfig(dir, user, access[user])));
  return access;
}

async function writeKubeconfig(dir: string, user: User, { host, port, ca, token }: Access): Promise<void> {
  // JSON is YAML.
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'engine',
        cluster: {
          server: `https://${host}:${port}`,
          'certificate-authority-data': Buffer.from(ca).toString('base64'),
        },
      },
    ],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: 'engine', context: { cluster: 'engine', user } }],
    'current-context': 'engine',
  };
  await writeFile(kubeconfig({ dir }, user), JSON.stringify(config), { mode: 0o600 });
}
