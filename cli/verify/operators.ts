import { at, conditionOf, metadataOf, text } from '../../functions/composition/read.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { Asked } from './asked.ts';
import { looked, some, unseen, unused, well, wrong } from './check.ts';
import type { Check } from './check.ts';

/** Who serves the kinds that claims are made of, by API group. */
export const operators: Readonly<Record<string, string>> = {
  'postgresql.cnpg.io': 'CloudNativePG',
  'barmancloud.cnpg.io': "CloudNativePG's Barman Cloud plugin",
  'dragonflydb.io': 'Dragonfly operator',
  'keda.sh': 'KEDA',
  'jetstream.nats.io': "NATS' JetStream controller (NACK)",
  'monitoring.coreos.com': 'Prometheus operator',
  's3.aws.m.upbound.io': "Crossplane's provider of S3",
  'iam.aws.m.upbound.io': "Crossplane's provider of IAM",
  'objectbucket.io': 'Operator of ObjectBucketClaims',
  'gateway.networking.k8s.io': 'Gateway API',
  'networking.istio.io': 'Istio',
  'cert-manager.io': 'cert-manager',
};

/** The operators, as far as claims ask for them: whether their kinds are served. */
export function operatorChecks(cluster: Cluster, asked: Asked): Promise<readonly Check[]> {
  return Promise.all(
    Object.entries(operators).map(([group, subject]) =>
      looked(
        () => operatorCheck(cluster, group, subject, asked),
        (reason) => unseen({ subject, needed: `kinds of ${group}` }, reason),
      ),
    ),
  );
}

async function operatorCheck(
  cluster: Cluster,
  group: string,
  subject: string,
  { kinds }: Asked,
): Promise<Check> {
  const ours = kinds.filter(({ kind }) => kind.apiVersion.startsWith(`${group}/`));
  const names = ours.map(({ kind }) => `${kind.kind} (${kind.apiVersion})`);
  const wanted = { subject, needed: ours.length === 0 ? `kinds of ${group}` : names.join(', ') };
  if (ours.length === 0) {
    const there = (await cluster.servesGroup(group)) ? 'installed' : 'not installed';
    return unused(wanted, `${there}; no claim that was seen asks for it`);
  }
  const served = await Promise.all(ours.map(({ kind }) => cluster.serves(kind)));
  const missing = ours.filter((_, index) => served[index] === false);
  if (missing.length === 0) return well(wanted, 'served');
  const titles = [...new Set(missing.flatMap((each) => each.titles))];
  return wrong(
    wanted,
    `${missing.map(({ kind }) => kind.kind).join(', ')} not served; asked for by ${some(titles)}`,
    `install ${subject}: docs/install.md says which version`,
  );
}

const externalSecret = { apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret' };

/** The Secrets of claims that External Secrets brings. Throws a Failure when its objects may not be read. */
export async function externalSecretsCheck(
  cluster: Cluster,
  { secrets }: Asked,
  namespace: string | undefined,
): Promise<Check> {
  const wanted = { subject: 'External Secrets', needed: 'ExternalSecrets of claims Ready' };
  if (!(await cluster.serves(externalSecret))) return unused(wanted, 'not installed');
  const found = await cluster.list(externalSecret, namespace);
  const ours = found.filter((each) => {
    const { name, namespace: place } = metadataOf(each);
    return secrets.has(`${place}/${text(at(each, 'spec', 'target', 'name')) || name}`);
  });
  if (ours.length === 0) return unused(wanted, 'installed; no claim that was seen has a Secret from it');
  const late = ours.flatMap((each) => {
    const condition = conditionOf(each, 'Ready');
    if (condition?.status === 'True') return [];
    const { name, namespace: place } = metadataOf(each);
    return [`${place}/${name}: ${condition?.message || 'not looked at yet'}`];
  });
  return late.length === 0
    ? well(wanted, `${ours.length}, all Ready`)
    : wrong(wanted, some(late), 'kubectl describe externalsecret NAME says what its store answers');
}
