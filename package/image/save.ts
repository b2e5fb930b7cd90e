import { createWriteStream } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pack } from 'tar-stream';
import { descriptor, index, mediaType } from './image.ts';
import type { Image } from './image.ts';
import type { Blob } from './layer.ts';

/**
 * Writes one image for several architectures as an OCI image layout, a folder that crane, skopeo and ctr read.
 *
 * @returns the index, by whose digest the image is known in every registry
 */
export async function saveLayout(folder: string, images: readonly Image[]): Promise<Blob> {
  const top = index(images);
  const blobs = images.flatMap(({ layers, config, manifest }) => [...layers, config, manifest]);
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'blobs', 'sha256'), { recursive: true });
  for (const { digest, bytes } of [...blobs, top]) {
    await writeFile(join(folder, 'blobs', digest.replace(':', '/')), bytes);
  }
  await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }));
  const content = { schemaVersion: 2, manifests: [descriptor(mediaType.index, top)] };
  await writeFile(join(folder, 'index.json'), JSON.stringify(content));
  return top;
}

/**
 * Writes one image as the tarball that `docker save` makes and `docker load` and `crossplane xpkg build` take. Layers stay
 * compressed as they are, and so keep their digests.
 */
export async function saveTarball(path: string, name: string, image: Image): Promise<void> {
  const fileOf = ({ digest }: Blob) => `blobs/${digest.replace(':', '/')}`;
  const content = [
    { Config: fileOf(image.config), RepoTags: [name], Layers: image.layers.map((layer) => fileOf(layer)) },
  ];
  const archive = pack();
  for (const blob of [image.config, ...image.layers]) {
    archive.entry({ name: fileOf(blob), mtime: new Date(0) }, blob.bytes);
  }
  archive.entry({ name: 'manifest.json', mtime: new Date(0) }, JSON.stringify(content));
  archive.finalize();
  await pipeline(archive, createWriteStream(path));
}
