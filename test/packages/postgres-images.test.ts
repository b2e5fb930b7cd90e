import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { imagesIn } from '../../package/image-catalog.ts';
import { read } from '../structure/sources.ts';
import { crane, describePackages, pushed } from './packages.ts';
import { command } from './setup.ts';

describePackages('the catalog of PostgreSQL images', (packages) => {
  it('is true only with the digests that the registry has, and gets those of newer minor versions', async () => {
    const repository = `${packages.repository}/postgresql`;
    const [old, now] = ['17.9-202601010000-standard-trixie', '17.10-202602010000-standard-trixie'];
    await crane('copy', pushed(packages, 'worker'), `${repository}:${old}`);
    await crane('copy', pushed(packages, 'function'), `${repository}:${now}`);
    const [was, is] = await Promise.all([old, now].map((tag) => crane('digest', `${repository}:${tag}`)));
    const catalog = join(packages.dir, 'catalog.yaml');
    const [head = ''] = read('package/postgres-images/catalog.yaml').split('    - major');
    const entry = (digest = '') => `    - major: 17\n      image: ${repository}:${old}@${digest}\n`;

    await writeFile(catalog, head + entry(is));
    await expect(command('postgres-images', [catalog])).rejects.toThrow(`the registry has ${was}`);
    await writeFile(catalog, head + entry(was));
    expect(await command('postgres-images', [catalog])).toBe(`${repository}:${old}@${was}\n`);
    expect(await command('postgres-images', [catalog, '--newest'])).toContain(`${old} → ${now}`);
    expect(imagesIn(await readFile(catalog, 'utf8'))).toEqual([
      { major: 17, repository, tag: now, digest: is },
    ]);
  });
});
