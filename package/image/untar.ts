import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar-stream';

/** A file of an archive; `target` is set for a symbolic link. */
export interface PackedFile {
  readonly content: Buffer;
  readonly target: string | undefined;
}

/**
 * The files and links of a tar by their absolute path.
 *
 * @param keep which of them; all when absent
 */
export async function untar(
  tar: AsyncIterable<Uint8Array>,
  keep: (path: string) => boolean = () => true,
): Promise<Map<string, PackedFile>> {
  const files = new Map<string, PackedFile>();
  const archive = extract();
  const written = pipeline(tar, archive);
  for await (const entry of archive) {
    const { name, type, linkname } = entry.header;
    const path = `/${name.replace(/^\.?\//, '')}`;
    if ((type === 'file' || type === 'symlink') && keep(path)) {
      files.set(path, { content: await buffer(entry), target: linkname ?? undefined });
    } else {
      entry.resume();
    }
  }
  await written;
  return files;
}

/**
 * The content of a file, links followed.
 *
 * @throws when there is none of that name
 */
export function contentOf(files: ReadonlyMap<string, PackedFile>, path: string): Buffer {
  const found = files.get(path);
  if (!found) throw new Error(`cannot find ${path}: the archive has no such file`);
  if (found.target === undefined) return found.content;
  return contentOf(files, new URL(found.target, `file://${path}`).pathname);
}
