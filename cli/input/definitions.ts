import { join } from 'node:path';
import type { Definitions } from '../../render/platform.ts';
import { readDefinitions } from '../../render/platform.ts';

/**
 * The XRDs and Compositions of this release, from the folders of a checkout. A packaged program has no such folders:
 * package/npm/embed.ts puts what they hold in place of this file.
 */
export function ownDefinitions(): Promise<Definitions> {
  return readDefinitions(join(import.meta.dirname, '../..'));
}
