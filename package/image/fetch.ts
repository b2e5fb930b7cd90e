import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { execute } from '../execute.ts';
import { toolsFolder } from '../../test/tools/programs.ts';

const aptHelper = '/usr/lib/apt/apt-helper';

/** The checksum a file must have, as Debian (hex) and npm (base64) write it. */
export type Checksum =
  | { readonly algorithm: 'sha256'; readonly hex: string }
  | { readonly algorithm: 'sha512'; readonly base64: string };

/** Where fetched files are kept, outside the checkout. */
function downloadsFolder(): string {
  return join(toolsFolder(), 'downloads');
}

/**
 * A file that was fetched now or earlier, and has this checksum.
 *
 * @param get writes the file to the path it is given
 * @throws when it has another checksum; what was fetched is then thrown away
 */
export async function fetched(
  name: string,
  checksum: Checksum,
  get: (path: string) => Promise<void>,
): Promise<Buffer> {
  const kept = join(downloadsFolder(), name);
  const known = await readFile(kept).catch(() => undefined);
  if (known && matches(known, checksum)) return known;
  await mkdir(downloadsFolder(), { recursive: true });
  const part = `${kept}.${process.pid}.part`;
  try {
    await get(part);
    const content = await readFile(part);
    if (!matches(content, checksum)) {
      throw new Error(`cannot use ${name}: what was fetched does not have the pinned checksum`);
    }
    await rename(part, kept);
    return content;
  } finally {
    await rm(part, { force: true });
  }
}

function matches(content: Uint8Array, checksum: Checksum): boolean {
  const hash = createHash(checksum.algorithm).update(content);
  return checksum.algorithm === 'sha256'
    ? hash.digest('hex') === checksum.hex
    : hash.digest('base64') === checksum.base64;
}

/** Fetches the first of these addresses that answers. Where apt is, it does so: it knows the machine's proxy. */
export async function download(addresses: readonly string[], path: string): Promise<void> {
  const failures: string[] = [];
  for (const address of addresses) {
    const failure = await downloadOne(address, path).catch((error: unknown) => error);
    if (!(failure instanceof Error)) return;
    failures.push(`${address}: ${failure.message.trim()}`);
  }
  throw new Error(`cannot fetch ${basename(addresses[0] ?? path)}:\n  ${failures.join('\n  ')}`);
}

async function downloadOne(address: string, path: string): Promise<void> {
  const apt = await access(aptHelper).then(
    () => true,
    () => false,
  );
  if (apt) {
    await execute(aptHelper, ['download-file', address, path]);
    return;
  }
  const response = await fetch(address, { signal: AbortSignal.timeout(300_000) });
  if (!response.ok) throw new Error(`the answer was ${response.status}`);
  await writeFile(path, await response.bytes());
}
