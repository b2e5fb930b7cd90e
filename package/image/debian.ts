import xz from 'xz-decompress';
import { download, fetched } from './fetch.ts';
import { contentOf, untar } from './untar.ts';
import type { PackedFile } from './untar.ts';

/** A processor architecture, as Go, Docker and Debian call it. */
export type Architecture = 'amd64' | 'arm64';

/** One package of Debian, in one version. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
  /** The source package it is built from, by which the archive has it. */
  readonly source: string;
  /** SHA-256 of the package for each architecture. */
  readonly sha256: Readonly<Record<Architecture, string>>;
}

/** What a package holds. */
export interface UnpackedPackage {
  /** Its files by their absolute path. */
  readonly files: ReadonlyMap<string, PackedFile>;
  /** How it describes itself, in Debian's own format. */
  readonly control: string;
}

/** The mirrors, and for what they have dropped since, the archive as it was on a day when it had every pinned package. */
const archives = [
  'http://deb.debian.org/debian',
  'https://snapshot.debian.org/archive/debian/20260801T000000Z',
];

/**
 * Fetches a package by its pinned version and checksum, and unpacks it into memory. No script of it is run.
 *
 * @param keep which of its files; all when absent
 */
export async function unpacked(
  pin: DebianPackage,
  architecture: Architecture,
  keep?: (path: string) => boolean,
): Promise<UnpackedPackage> {
  const name = `${pin.name}_${pin.version}_${architecture}.deb`;
  const checksum = { algorithm: 'sha256', hex: pin.sha256[architecture] } as const;
  const addresses = archives.map((archive) => `${archive}/pool/main/${pin.source[0]}/${pin.source}/${name}`);
  const members = membersOf(await fetched(name, checksum, (path) => download(addresses, path)));
  const control = await filesOf(members, 'control.tar.xz');
  return {
    files: await filesOf(members, 'data.tar.xz', keep),
    control: contentOf(control, '/control').toString(),
  };
}

/** Members of an `ar` archive, which a Debian package is: a magic line, then headers of 60 bytes, each with its content. */
function membersOf(archive: Buffer): Map<string, Buffer> {
  const members = new Map<string, Buffer>();
  for (let at = 8; at + 60 <= archive.length;) {
    const name = archive.toString('latin1', at, at + 16).replace(/\/? *$/, '');
    const size = Number(archive.toString('latin1', at + 48, at + 58));
    members.set(name, archive.subarray(at + 60, at + 60 + size));
    at += 60 + size + (size % 2);
  }
  return members;
}

async function filesOf(
  members: ReadonlyMap<string, Buffer>,
  name: string,
  keep?: (path: string) => boolean,
): Promise<Map<string, PackedFile>> {
  const packed = members.get(name);
  if (!packed) {
    throw new Error(`cannot unpack the package: expected ${name} among ${[...members.keys()].join(', ')}`);
  }
  return untar(new xz.XzReadableStream(new Blob([new Uint8Array(packed)]).stream()), keep);
}
