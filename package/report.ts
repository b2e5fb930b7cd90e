import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Image } from './image/image.ts';
import type { Blob } from './image/layer.ts';

/** The file in which a build says what it has made; until it has, the list is empty. */
export const reportFile = 'release.json';

/** One thing that a build has made. */
export interface Made {
  readonly what: string;
  readonly platform: string;
  /** What is stored and pulled: compressed. */
  readonly bytes: number;
  /** Of the image's manifest, or of a package's file; the package manager of Crossplane computes its own when pushed. */
  readonly digest: string;
}

/** The rows of an image: one for each platform, and the index that holds them together. */
export function madeImage(name: string, images: readonly Image[], index: Blob): Made[] {
  const rows = images.map(({ architecture, layers, manifest }) => ({
    what: `image ${name}`,
    platform: `linux/${architecture}`,
    bytes: layers.reduce((sum, { bytes }) => sum + bytes.length, 0),
    digest: manifest.digest,
  }));
  return [
    ...rows,
    { what: `index ${name}`, platform: 'both', bytes: index.bytes.length, digest: index.digest },
  ];
}

/** The row of a package's file. */
export async function madePackage(name: string, platform: string, path: string): Promise<Made> {
  const content = await readFile(path);
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  return { what: `package ${name}`, platform, bytes: content.length, digest };
}

/** The rows as a table for a terminal. */
export function table(made: readonly Made[]): string {
  const width = (cells: readonly string[]) => Math.max(...cells.map(({ length }) => length));
  const [what, platform] = [width(made.map((one) => one.what)), width(made.map((one) => one.platform))];
  const lines = made.map(
    (one) =>
      `${one.what.padEnd(what)}  ${one.platform.padEnd(platform)}  ${size(one.bytes).padStart(8)}  ${one.digest}`,
  );
  return `${lines.join('\n')}\n`;
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
