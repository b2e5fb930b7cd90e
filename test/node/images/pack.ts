import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { run } from '../../e2e/shell.ts';
import { mediaType } from '../../../package/image/image.ts';

/** `config` of an image, in the words of its specification. */
export interface ImageConfig {
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  readonly User?: string;
  readonly WorkingDir?: string;
}

const uncompressed = 'application/vnd.oci.image.layer.v1.tar';
/** One date and sorted names: the same folder always gives the same digest. */
const sameBytes = ['--sort=name', '--numeric-owner', '--mtime=@0', '--format=gnu'];
const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** Packs a folder into a one-layer image, as the archive that `ctr images import` reads. */
export async function packImage(
  rootfs: string,
  name: string,
  config: ImageConfig,
  archive: string,
): Promise<void> {
  const layout = `${rootfs}.layout`;
  await mkdir(join(layout, 'blobs/sha256'), { recursive: true });
  const layer = await storeLayer(layout, rootfs);
  const image = await storeJson(layout, mediaType.config, {
    architecture,
    os: 'linux',
    config,
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  });
  const manifest = await storeJson(layout, mediaType.manifest, {
    schemaVersion: 2,
    mediaType: mediaType.manifest,
    config: image,
    layers: [layer],
  });
  const annotations = { 'io.containerd.image.name': name };
  await writeFile(
    join(layout, 'index.json'),
    JSON.stringify({ schemaVersion: 2, manifests: [{ ...manifest, annotations }] }),
  );
  await writeFile(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  await run('tar', ['-C', layout, '-cf', `${archive}.part`, 'oci-layout', 'index.json', 'blobs']);
  await rename(`${archive}.part`, archive);
  await rm(layout, { recursive: true });
}

async function storeLayer(layout: string, rootfs: string): Promise<Descriptor> {
  const incoming = join(layout, 'incoming');
  await run('tar', [...sameBytes, '-C', rootfs, '-cf', incoming, '.'], { seconds: 600 });
  const hash = createHash('sha256');
  await pipeline(createReadStream(incoming), hash);
  const hex = hash.digest('hex');
  const { size } = await stat(incoming);
  await rename(incoming, join(layout, 'blobs/sha256', hex));
  return { mediaType: uncompressed, digest: `sha256:${hex}`, size };
}

async function storeJson(layout: string, type: string, content: object): Promise<Descriptor> {
  const bytes = Buffer.from(JSON.stringify(content));
  const hex = createHash('sha256').update(bytes).digest('hex');
  await writeFile(join(layout, 'blobs/sha256', hex), bytes);
  return { mediaType: type, digest: `sha256:${hex}`, size: bytes.length };
}
