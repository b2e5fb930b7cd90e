import { certificateAuthorities } from './authorities.ts';
import type { Architecture } from './debian.ts';
import { executable, file } from './entry.ts';
import { keptLayer } from './layer.ts';
import type { Layer } from './layer.ts';
import { nodeBinary } from './node.ts';
import { systemLayer } from './system.ts';

/**
 * What both images stand on: the libraries, and Node with the authorities it trusts. Registries and nodes keep each layer
 * once, and neither changes with a release of ours.
 *
 * @param root folder of the lockfile, which says which Node
 */
export async function baseLayers(root: string, architecture: Architecture): Promise<Layer[]> {
  const node = await nodeBinary(root, architecture);
  return [
    await keptLayer(await systemLayer(architecture)),
    await keptLayer([
      // Where distroless images have it, which the Dockerfiles use.
      executable('nodejs/bin/node', node.program),
      file('licenses/node', node.license),
      file('etc/ssl/certs/ca-certificates.crt', certificateAuthorities(node.program)),
    ]),
  ];
}
