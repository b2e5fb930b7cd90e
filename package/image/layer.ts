import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { gzipSync } from 'fflate';
import { pack } from 'tar-stream';
import type { Header } from 'tar-stream';
import { toolsFolder } from '../../test/tools/programs.ts';
import type { Entry } from './entry.ts';

/** Content of an image under its digest. */
export interface Blob {
  /** `sha256:` and 64 hex digits. */
  readonly digest: string;
  readonly bytes: Uint8Array;
}

/** One layer of an image: a compressed tar. */
export interface Layer extends Blob {
  /** Digest of the tar before it was compressed, by which an image's configuration names the layer. */
  readonly diffId: string;
}

/** Every build has the date that container tools use for "none". */
const epoch = new Date(0);

export function blob(content: Uint8Array | string): Blob {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, bytes };
}

/** Packs entries, and the folders they are in, into a layer. */
export async function layer(entries: readonly Entry[]): Promise<Layer> {
  const tar = await packed(entries);
  return { ...blob(compressed(tar)), diffId: blob(tar).digest };
}

/** As `layer`, but keeps the result for later builds: compressing Node takes most of the time of a build. */
export async function keptLayer(entries: readonly Entry[]): Promise<Layer> {
  const tar = await packed(entries);
  const diffId = blob(tar).digest;
  const path = join(toolsFolder(), 'layers', `${diffId.replace(':', '-')}.tar.gz`);
  const kept = await readFile(path).catch(() => undefined);
  if (kept !== undefined && blob(gunzipSync(kept)).digest === diffId) return { ...blob(kept), diffId };
  const bytes = compressed(tar);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.${process.pid}.part`, bytes);
  await rename(`${path}.${process.pid}.part`, path);
  return { ...blob(bytes), diffId };
}

async function packed(entries: readonly Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const entry of withFolders(entries)) {
    archive.entry(header(entry), entry.kind === 'file' ? entry.content : '');
  }
  archive.finalize();
  return buffer(archive);
}

/**
 * In JavaScript, by a version that the lockfile pins: zlib's output differs with its version and with the processor, and
 * then so would every digest.
 */
function compressed(tar: Buffer): Uint8Array {
  return gzipSync(tar, { level: 6, mtime: 0 });
}

function header(entry: Entry): Partial<Header> & Pick<Header, 'name'> {
  const common = { name: entry.path, uid: 0, gid: 0, uname: '', gname: '', mtime: epoch };
  switch (entry.kind) {
    case 'file':
      return { ...common, type: 'file', mode: entry.mode };
    case 'link':
      return { ...common, type: 'symlink', mode: 0o777, linkname: entry.target };
    case 'folder':
      return { ...common, type: 'directory', mode: entry.mode };
  }
}

/** The entries with each folder above them, parents first and otherwise by name. */
function withFolders(entries: readonly Entry[]): Entry[] {
  const all = new Map<string, Entry>();
  for (const { path } of entries) {
    for (let above = posix.dirname(path); above !== '.'; above = posix.dirname(above))
      all.set(above, { kind: 'folder', path: above, mode: 0o755 });
  }
  for (const entry of entries) all.set(entry.path, entry);
  return [...all.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
