import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, vi } from 'vitest';
import { Cluster } from '../../cli/cluster/cluster.ts';
import { startProxy } from '../../cli/cluster/proxy.ts';
import type { Asking } from '../../cli/cluster/proxy.ts';
import { ownClusterBase } from '../../cli/input/cluster-base.ts';
import type { Check } from '../../cli/verify/check.ts';
import { verify } from '../../cli/verify/verify.ts';
import { platform } from '../claims/offers.ts';
import { program } from '../tools/programs.ts';
import { kubeconfig } from './access.ts';
import { claim, newNamespace, settled } from './claims.ts';
import type { Running } from './engine.ts';
import { root } from './install.ts';
import { operate } from './operators.ts';
import { installed, uninstalled, without } from './verifiable.ts';

/** What a cluster is looked at without, or held against. */
interface Other {
  /** Beginnings of paths where the cluster has nothing. */
  readonly lacks?: readonly string[];
  readonly expects?: typeof platform;
}

/** A cluster in which all is well, with two claims that are Ready, and ways to look at it; for the tests of one file. */
export function verifying({ api, plane }: Running) {
  let folder: string;
  let namespace: string;
  let asking: Asking;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zerotouch-verify-'));
    vi.stubEnv('PATH', `${dirname(await program('kubectl'))}${delimiter}${process.env['PATH']}`);
    asking = await startProxy({ context: undefined, kubeconfig: kubeconfig(plane, 'admin') });
    await installed(api);
    namespace = await newNamespace(api, 'verify');
    await api.apply({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'bot-llm-keys', namespace },
      stringData: { OPENAI_API_KEY: 'none' },
    });
    const drafts = [
      claim('PostgresInstance', namespace, 'orders'),
      claim('AgentExecutor', namespace, 'bot', { database: {}, cache: {} }),
    ];
    await using _ = operate(api, namespace);
    for (const draft of drafts) await api.apply(draft);
    for (const draft of drafts) await settled(api, draft, 'Ready', 'True', 180);
  });

  afterAll(async () => {
    await asking.close();
    await uninstalled(api);
    await rm(folder, { recursive: true });
  });

  return {
    namespace: () => namespace,

    /** The rows that are not as they should be. */
    ills: async ({ lacks = [], expects = platform }: Other = {}): Promise<readonly Check[]> => {
      const expected = { platform: expects, base: await ownClusterBase(), version: '0.1.0' };
      const checks = await verify(new Cluster(without(asking, lacks)), expected, namespace);
      return checks.filter(({ state }) => state === 'wrong' || state === 'unseen');
    },

    /** A kubeconfig by which the administrator speaks as somebody else, or to another address. */
    kubeconfigOf: async (user: string, server?: string): Promise<string> => {
      const config = JSON.parse(await readFile(kubeconfig(plane, 'admin'), 'utf8')) as {
        users: { user: Record<string, string> }[];
        clusters: { cluster: Record<string, string> }[];
      };
      for (const each of config.users) each.user['as'] = user;
      for (const each of config.clusters) if (server !== undefined) each.cluster['server'] = server;
      const file = join(folder, `${user}.kubeconfig`);
      await writeFile(file, JSON.stringify(config), { mode: 0o600 });
      return file;
    },

    zerotouch: async (access: string, ...args: readonly string[]) => {
      const call = [join(root, 'cli/main.ts'), 'verify', ...args, '--kubeconfig', access];
      const child = spawn(process.execPath, call, { cwd: folder, env: { ...process.env, COLUMNS: '' } });
      const [stdout, stderr, code] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        new Promise<number | null>((resolve) => child.on('exit', resolve)),
      ]);
      return { code, stdout, stderr };
    },
  };
}
