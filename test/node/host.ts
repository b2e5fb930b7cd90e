import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { run } from '../e2e/shell.ts';
import { cable } from './network.ts';

/** Programs that the node takes from the machine, and the package of Debian or Ubuntu that has each. */
const needed = {
  containerd: 'containerd',
  ctr: 'containerd',
  runc: 'runc',
  '/usr/lib/cni/bridge': 'containernetworking-plugins',
  iptables: 'iptables',
  nft: 'nftables',
  ip: 'iproute2',
  unshare: 'util-linux',
  nsenter: 'util-linux',
  sysctl: 'procps',
  mmdebstrap: 'mmdebstrap',
  tini: 'tini',
} as const;

async function isThere(program: string): Promise<boolean> {
  const folders = program.startsWith('/') ? [''] : (process.env['PATH'] ?? '').split(delimiter);
  const found = await Promise.all(
    folders.map((folder) =>
      access(join(folder, program)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

async function missingPackages(): Promise<string[]> {
  const entries = await Promise.all(
    Object.entries(needed).map(async ([program, pack]) => ((await isThere(program)) ? [] : [pack])),
  );
  return [...new Set(entries.flat())];
}

/**
 * Makes sure that a node can run on this machine; where apt is, what is missing is installed.
 *
 * @throws one sentence saying what is missing, and what to do
 */
export async function prepareHost(): Promise<void> {
  if (process.platform !== 'linux')
    throw new Error('cannot make a node: it needs Linux; elsewhere take kind');
  if (process.getuid?.() !== 0)
    throw new Error('cannot make a node: root is needed for namespaces, mounts and control groups');
  const missing = await missingPackages();
  if (missing.length > 0) await install(missing);
  await run('unshare', ['--mount', '--net', '--pid', '--fork', 'true']).catch((cause: unknown) => {
    throw new Error('cannot make a node: this machine allows no new namespaces', { cause });
  });
  if (await isThere(`/sys/class/net/${cable}`))
    throw new Error(`cannot make a node: another one holds the interface ${cable}`);
}

async function install(packages: readonly string[]): Promise<void> {
  if (!(await isThere('apt-get')))
    throw new Error(
      `cannot make a node: these are missing, here by the names of Debian's packages: ${packages.join(', ')}`,
    );
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const how = { env, seconds: 600, show: true } as const;
  await run('apt-get', ['update', '-qq'], how);
  await run('apt-get', ['install', '-qq', '--no-install-recommends', ...packages], how);
}
