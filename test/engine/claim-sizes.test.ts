import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { beforeAll, expect, it } from 'vitest';
import { ApiError } from './api.ts';
import type { Draft } from './api.ts';
import { claim, newNamespace } from './claims.ts';
import { describeEngine } from './engine.ts';
import { root } from './install.ts';
import { until } from './until.ts';

const label = 'zerotouch.bizmatters.io/largest-claim';

describeEngine('the example of a policy on sizes', ({ api }) => {
  let bounded: string;
  let free: string;

  beforeAll(async () => {
    [bounded, free] = [await newNamespace(api, 'bounded'), await newNamespace(api, 'free')];
    await api.patch(
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: bounded } },
      { metadata: { labels: { [label]: 'small' } } },
    );
    const policies = await readFile(join(root, 'examples/policies/claim-sizes.yaml'), 'utf8');
    for (const each of loadAll(policies) as Draft[]) await api.apply(each);
    await until('the policy holds', async () => (await answer(bounded, 'large')) !== 'taken');
  });

  /** What the API server says of a claim of this size. */
  async function answer(namespace: string, size: string): Promise<string> {
    const draft = claim('PostgresInstance', namespace, `sized-${size}`, { size });
    return api.create(draft, { dryRun: true }).then(
      () => 'taken',
      (error: unknown) => {
        if (error instanceof ApiError) return error.message;
        throw error;
      },
    );
  }

  it.each(['micro', 'small'])('takes %s', async (size) => {
    expect(await answer(bounded, size)).toBe('taken');
  });

  it.each(['medium', 'large'])('refuses %s, in words', async (size) => {
    expect(await answer(bounded, size)).toContain(
      `a claim in this namespace may be small at most, not ${size}`,
    );
  });

  it('leaves namespaces without the label alone', async () => {
    expect(await answer(free, 'large')).toBe('taken');
  });
});
