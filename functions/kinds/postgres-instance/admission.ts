import type { Claim } from '../../composition/contract.ts';
import type { Admission } from '../../kube/access.ts';
import { tcp } from '../../kube/access.ts';
import { peerOf } from '../../kube/peers.ts';
import { port } from './connection.ts';
import type { Spec } from './xr.gen.ts';

/** Where an instance tells the operator and its peers how it is, and where it is scraped. */
const statusPort = 8000;
const metricsPort = 9187;

/** The label of instances, of PgBouncer and of the Jobs that fill a database. */
const clusterLabel = 'cnpg.io/cluster';

/**
 * Who may connect: the claim's namespace, whom it names besides, the database's own Pods, and CloudNativePG, which may be in any
 * namespace. Undefined where the claim says nothing, and only the password keeps anybody out.
 * https://cloudnative-pg.io/documentation/1.30/networking/
 */
export function admission({ name, spec }: Claim<Spec>): Admission | undefined {
  if (spec.access === undefined) return undefined;
  const { from = [] } = spec.access;
  const own = { podSelector: { matchLabels: { [clusterLabel]: name } } };
  const operator = {
    namespaceSelector: {},
    podSelector: { matchLabels: { 'app.kubernetes.io/name': 'cloudnative-pg' } },
  };
  return {
    component: 'database',
    pods: { [clusterLabel]: name },
    ingress: [
      { from: [{}, ...from].map(peerOf), ports: [tcp(port)] },
      { from: [own, operator], ports: [tcp(port), tcp(statusPort)] },
      ...(spec.monitoring ? [{ ports: [tcp(metricsPort)] }] : []),
    ],
  };
}
