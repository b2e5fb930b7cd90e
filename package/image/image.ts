import type { Architecture } from './debian.ts';
import { blob } from './layer.ts';
import type { Blob, Layer } from './layer.ts';

/** How an image is run. */
export interface Runtime {
  readonly entrypoint: readonly string[];
  /** `NAME=value` each. */
  readonly env: readonly string[];
  /** `user:group`, by number: Kubernetes cannot tell from a name that it is not root. */
  readonly user: string;
  readonly ports: readonly number[];
  readonly labels: Readonly<Record<string, string>>;
}

/** An image for one architecture, as the Open Container Initiative's image specification has it. */
export interface Image {
  readonly architecture: Architecture;
  readonly layers: readonly Layer[];
  readonly config: Blob;
  readonly manifest: Blob;
}

/** Media types of the specification: https://github.com/opencontainers/image-spec/blob/main/media-types.md */
export const mediaType = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
} as const;

const created = '1970-01-01T00:00:00Z';

/** An image of these layers, lowest first. */
export function image(architecture: Architecture, layers: readonly Layer[], runtime: Runtime): Image {
  const config = blob(
    JSON.stringify({
      created,
      architecture,
      os: 'linux',
      config: {
        User: runtime.user,
        ExposedPorts: Object.fromEntries(runtime.ports.map((port) => [`${port}/tcp`, {}])),
        Env: runtime.env,
        Entrypoint: runtime.entrypoint,
        Labels: runtime.labels,
      },
      rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
      history: layers.map(() => ({ created, created_by: 'zerotouch' })),
    }),
  );
  const manifest = blob(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaType.manifest,
      config: descriptor(mediaType.config, config),
      layers: layers.map((one) => descriptor(mediaType.layer, one)),
    }),
  );
  return { architecture, layers, config, manifest };
}

/** One image for several architectures. */
export function index(images: readonly Image[]): Blob {
  return blob(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: mediaType.index,
      manifests: images.map(({ architecture, manifest }) => ({
        ...descriptor(mediaType.manifest, manifest),
        platform: { architecture, os: 'linux' },
      })),
    }),
  );
}

/** How one blob refers to another. */
export function descriptor(type: string, { digest, bytes }: Blob) {
  return { mediaType: type, digest, size: bytes.length };
}
