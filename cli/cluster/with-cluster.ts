import { Cluster } from './cluster.ts';
import { startProxy } from './proxy.ts';
import type { Access } from './proxy.ts';

/** Does the work with a cluster, and leaves nothing behind. */
export async function withCluster<T>(access: Access, work: (cluster: Cluster) => Promise<T>): Promise<T> {
  const api = await startProxy(access);
  try {
    return await work(new Cluster(api));
  } finally {
    await api.close();
  }
}
