import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { natsServer } from '../images/catalog.ts';
import { rolledOut } from './part.ts';
import type { Part } from './part.ts';

/** One NATS server with JetStream, as kind has it. */
export const nats: Part = {
  images: [natsServer],
  async install({ cluster }) {
    const manifest = join(import.meta.dirname, '../../e2e/clusters/nats.yaml');
    await cluster.apply(await readFile(manifest, 'utf8'));
    await rolledOut(cluster, 'nats', 'statefulset/nats');
  },
};
