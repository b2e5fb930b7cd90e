import type { JsonObject } from '../../functions/composition/contract.ts';
import { metadataOf, text } from '../../functions/composition/read.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { looked, some, unseen, well, wrong } from './check.ts';
import type { Check } from './check.ts';
import { holds } from './holds.ts';

/** What package/cluster is for, each by the kinds of its objects. */
const groups = [
  { subject: 'Admission policies', kinds: ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'] },
  { subject: 'Roles', kinds: ['ClusterRole', 'ClusterRoleBinding'] },
] as const;

/** How one object of package/cluster stands. */
type Found = { readonly title: string } & (
  { readonly state: 'well' | 'missing' | 'different' } | { readonly state: 'unseen'; readonly reason: string }
);

/** What a Configuration may not carry: the objects of package/cluster, as this version has them. */
export function baseChecks(
  cluster: Cluster,
  base: readonly JsonObject[],
  version: string,
): Promise<readonly Check[]> {
  return Promise.all(
    groups.map(async ({ subject, kinds }) => {
      const ours = base.filter(({ kind }) => kinds.some((each) => each === kind));
      const found = await Promise.all(ours.map((each) => findOne(cluster, each)));
      return judged(
        { subject, needed: `${ours.length} objects of package/cluster, as version ${version} has them` },
        found,
      );
    }),
  );
}

function findOne(cluster: Cluster, wanted: JsonObject): Promise<Found> {
  const { name } = metadataOf(wanted);
  const [apiVersion, kind] = [text(wanted.apiVersion), text(wanted.kind)];
  const title = `${kind} ${name}`;
  return looked<Found>(
    async () => {
      const live = await cluster.find({ apiVersion, kind, name, namespace: '' });
      if (live === undefined) return { title, state: 'missing' };
      return { title, state: holds(live, wanted) ? 'well' : 'different' };
    },
    (reason) => ({ title, state: 'unseen', reason }),
  );
}

function judged(wanted: Pick<Check, 'subject' | 'needed'>, all: readonly Found[]): Check {
  const named = (state: Found['state']) => all.flatMap((each) => (each.state === state ? [each.title] : []));
  const told = [
    { names: named('missing'), what: 'missing' },
    { names: named('different'), what: 'not as this version has it' },
  ].filter(({ names }) => names.length > 0);
  const hidden = all.flatMap((each) => (each.state === 'unseen' ? [each.reason] : []));
  const rest = hidden.length === 0 ? '' : `${hidden.length} of ${all.length} not seen: ${hidden[0]}`;
  if (told.length > 0) {
    const parts = told.map(({ names, what }) => `${what}: ${some(names)}`);
    return wrong(wanted, [...parts, rest].filter(Boolean).join('; '), 'kubectl apply -k package/cluster');
  }
  return rest === '' ? well(wanted, `all ${all.length}`) : unseen(wanted, rest);
}
