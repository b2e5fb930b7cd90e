import { file, executable } from './entry.ts';
import type { Entry } from './entry.ts';
import { unpacked } from './debian.ts';
import type { Architecture, DebianPackage } from './debian.ts';
import { contentOf } from './untar.ts';

/** The user that images run as, in its own group: the one that Kubernetes' charts and distroless images know as nonroot. */
export const nonroot = 65_532;

const gcc = { version: '12.2.0-14+deb12u1', source: 'gcc-12' };

/** What Node is linked against, from Debian 12, whose archive of 12.15 is its last and stays as it is. */
export const libraries = {
  libc6: {
    name: 'libc6',
    version: '2.36-9+deb12u14',
    source: 'glibc',
    sha256: {
      amd64: 'ba4f88f73dbc3ae9055f3c20f4523bfdbaf1ad13ff95e258924f77d20b4fbedf',
      arm64: '01f4330719fd4f65580e16ea5a0527f372fca750e8f588d26deaf09f2d3b1cf4',
    },
  },
  libstdcxx: {
    ...gcc,
    name: 'libstdc++6',
    sha256: {
      amd64: '5cd3171216d4ab0fc911cfe9c35509bf2dd8f47761c43b7f6a4296701551a24d',
      arm64: '26e138c677a985775331373828a6c286c551ff397cb735d00e2383cb273d1cb2',
    },
  },
  libgcc: {
    ...gcc,
    name: 'libgcc-s1',
    sha256: {
      amd64: '3016e62cb4b7cd8038822870601f5ed131befe942774d0f745622cc77d8a88f7',
      arm64: '576926b283613db80168ddf76380a3bd877602778cf0d226caa7bfbfa71eacf3',
    },
  },
  /** Only the licence of the two above. */
  gccBase: {
    ...gcc,
    name: 'gcc-12-base',
    sha256: {
      amd64: '1896a2aacf4ad681ff5eacc24a5b0ca4d5d9c9b9c9e4b6de5197bc1e116ea619',
      arm64: '674cf6cba6d432bd200c45fe866c1652c7a53523cc2e7a613e05bc4abf7b5440',
    },
  },
} as const satisfies Record<string, DebianPackage>;

/** Where the dynamic linker looks, and where programs look for the linker itself. */
const platforms = {
  amd64: { folder: 'lib/x86_64-linux-gnu', linker: 'ld-linux-x86-64.so.2', link: 'lib64' },
  arm64: { folder: 'lib/aarch64-linux-gnu', linker: 'ld-linux-aarch64.so.1', link: 'lib' },
} as const;

const accounts = [
  file(
    'etc/passwd',
    `root:x:0:0:root:/:/sbin/nologin\nnonroot:x:${nonroot}:${nonroot}:nonroot:/:/sbin/nologin\n`,
  ),
  file('etc/group', `root:x:0:\nnonroot:x:${nonroot}:\n`),
  file('etc/nsswitch.conf', 'hosts: files dns\n'),
  // With this and the packages' descriptions below, vulnerability scanners know what the libraries are.
  file(
    'etc/os-release',
    'ID=debian\nVERSION_ID="12"\nNAME="Debian GNU/Linux"\nPRETTY_NAME="Debian libraries"\n',
  ),
];

/** The lowest layer: shared libraries, accounts and a folder for temporary files. No shell, and no program but Node's. */
export async function systemLayer(architecture: Architecture): Promise<Entry[]> {
  const [libc, libstdcxx, libgcc, gccBase] = await Promise.all([
    unpacked(libraries.libc6, architecture),
    unpacked(libraries.libstdcxx, architecture),
    unpacked(libraries.libgcc, architecture),
    unpacked(libraries.gccBase, architecture),
  ]);
  const { folder, linker, link } = platforms[architecture];
  const ofLibc = ['libc.so.6', 'libm.so.6', 'libdl.so.2', 'libpthread.so.0'];
  return [
    ...accounts,
    { kind: 'folder', path: 'tmp', mode: 0o1777 },
    executable(`${folder}/${linker}`, contentOf(libc.files, `/${folder}/${linker}`)),
    { kind: 'link', path: `${link}/${linker}`, target: `/${folder}/${linker}` },
    ...ofLibc.map((name) => file(`${folder}/${name}`, contentOf(libc.files, `/${folder}/${name}`))),
    file(`${folder}/libgcc_s.so.1`, contentOf(libgcc.files, `/${folder}/libgcc_s.so.1`)),
    file(`${folder}/libstdc++.so.6`, contentOf(libstdcxx.files, `/usr/${folder}/libstdc++.so.6`)),
    file('licenses/libc6', contentOf(libc.files, '/usr/share/doc/libc6/copyright')),
    file('licenses/gcc', contentOf(gccBase.files, '/usr/share/doc/gcc-12-base/copyright')),
    file('var/lib/dpkg/status.d/libc6', libc.control),
    file('var/lib/dpkg/status.d/libgcc-s1', libgcc.control),
    file('var/lib/dpkg/status.d/libstdc++6', libstdcxx.control),
  ];
}
