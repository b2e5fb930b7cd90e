import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { dirname, join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { platform } from '../gitops/repositories.ts';
import { program } from '../tools/programs.ts';
import { kubeconfig } from './access.ts';
import { describeEngine } from './engine.ts';
import { root } from './install.ts';

const registry = 'https://github.com/arun4infra/zerotouch-tenants.git';
const tenant = 'https://github.com/arun4infra/bizmatters.git';
const token = 'a"token\\of $(nobody)';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describeEngine('the scripts of the platform', ({ api, plane }) => {
  let path: string;
  beforeAll(async () => {
    path = `${dirname(await program('kubectl'))}:${process.env['PATH'] ?? ''}`;
    await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'argocd' } });
  });
  beforeEach(async () => {
    for (const secret of await api.list('v1', 'Secret', 'argocd')) await api.delete(secret);
  });

  async function run(script: string, args: readonly string[], input = ''): Promise<Ended> {
    const env = { ...process.env, PATH: path, KUBECONFIG: kubeconfig(plane, 'admin') };
    const child = spawn(join(root, platform, 'scripts', script), args, { env });
    child.stdin.end(input);
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'exit') as Promise<[number]>,
    ]);
    return { code, stdout, stderr };
  }

  const add = (url: string, input = `${token}\n`) => run('add-private-repository', [url, 'somebody'], input);

  function secretsOf(url: string) {
    return api
      .list('v1', 'Secret', 'argocd')
      .then((secrets) => secrets.filter((each) => decoded(each['data'])['url'] === url));
  }

  describe('add-private-repository', () => {
    it('makes what Argo CD knows a repository by, and says the token nowhere', async () => {
      const { code, stdout, stderr } = await add(registry);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).not.toContain('token');
      const [secret, ...others] = await secretsOf(registry);
      expect(others).toEqual([]);
      expect(secret?.metadata.labels).toEqual({ 'argocd.argoproj.io/secret-type': 'repository' });
      expect(secret?.metadata.annotations).toBeUndefined();
      const data = { type: 'git', url: registry, username: 'somebody', password: token };
      expect(decoded(secret?.['data'])).toEqual(data);
    });

    it('replaces the token of an address that it knows', async () => {
      await add(registry);
      expect((await add(registry, 'another')).code).toBe(0);
      const secrets = await secretsOf(registry);
      expect(secrets.map((each) => decoded(each['data'])['password'])).toEqual(['another']);
    });

    it('wants the tenant registry first', async () => {
      const { code, stderr } = await add(tenant);
      expect(code).toBe(1);
      expect(stderr).toContain(`the tenant registry comes first: scripts/add-private-repository ${registry}`);
      expect(await secretsOf(tenant)).toEqual([]);
      await add(registry);
      expect((await add(tenant)).code).toBe(0);
      expect(await secretsOf(tenant)).toHaveLength(1);
    });

    it('shows on a dry run what it would make, but the token, and makes nothing', async () => {
      const { code, stdout } = await run('add-private-repository', ['--dry-run', tenant, 'somebody'], token);
      expect(code).toBe(0);
      expect(stdout).toContain('password: (hidden)');
      expect(stdout).toContain('name: repository-github-com-arun4infra-bizmatters');
      expect(stdout).not.toContain(Buffer.from(token).toString('base64').slice(0, 8));
      expect(await secretsOf(tenant)).toEqual([]);
    });

    it.each([
      {
        reason: 'the token would be in the list of processes',
        args: [registry, 'somebody', 'token'],
        says: 'got 3',
      },
      {
        reason: 'the address would be logged',
        args: ['https://a:b@example.org/c.git', 'a'],
        says: 'credentials in it',
      },
      {
        reason: 'the token would travel in the open',
        args: ['http://example.org/c.git', 'a'],
        says: 'https://',
      },
      { reason: 'there is no token', args: [registry, 'somebody'], says: 'the token is empty' },
    ])('refuses when $reason', async ({ args, says }) => {
      const { code, stderr } = await run('add-private-repository', args);
      expect(code).toBe(1);
      expect(stderr).toContain(says);
      expect(await secretsOf(registry)).toEqual([]);
    });
  });

  describe('bootstrap', () => {
    it('names every credential that is missing, in the order in which they are needed', async () => {
      const { code, stdout, stderr } = await run('bootstrap', ['dev', tenant]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr.split('\n').slice(1, 3)).toEqual([
        `  scripts/add-private-repository ${registry} USERNAME`,
        `  scripts/add-private-repository ${tenant} USERNAME`,
      ]);
    });

    it('takes credentials for a whole organisation for those of its repositories', async () => {
      await add(registry);
      await api.apply({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: {
          name: 'all',
          namespace: 'argocd',
          labels: { 'argocd.argoproj.io/secret-type': 'repo-creds' },
        },
        data: { url: Buffer.from('https://github.com/arun4infra').toString('base64') },
      });
      expect((await run('bootstrap', ['--dry-run', 'dev', tenant])).code).toBe(0);
    });

    it('gives the root the environment of the cluster', async () => {
      await add(registry);
      await add(tenant);
      const { code, stdout } = await run('bootstrap', ['--dry-run', 'stg', tenant]);
      expect(code).toBe(0);
      expect(stdout).toContain('path: environments/stg');
    });

    it.each([
      {
        reason: 'there is no such environment',
        args: ['local', tenant],
        says: 'expected one of dev prd stg tst',
      },
      { reason: 'no repository of a tenant is named', args: ['dev'], says: 'REPOSITORY_URL' },
    ])('refuses when $reason', async ({ args, says }) => {
      const { code, stderr } = await run('bootstrap', args);
      expect(code).toBe(1);
      expect(stderr).toContain(says);
    });
  });
});

function decoded(data: unknown): Record<string, string> {
  // The data of a Secret is text by name.
  const entries = Object.entries((data ?? {}) as Record<string, string>);
  return Object.fromEntries(entries.map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]));
}
