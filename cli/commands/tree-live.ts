import type { JsonObject, Observed } from '../../functions/composition/contract.ts';
import { object } from '../../functions/composition/read.ts';
import type { Platform } from '../../render/platform.ts';
import type { Reconciled } from '../../render/reconcile/outcome.ts';
import { secretNeeds } from '../../render/secret-references.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { LiveClaim } from '../cluster/live-claims.ts';
import { liveClaim, liveClaims } from '../cluster/live-claims.ts';
import { surroundingsOf } from '../cluster/surroundings.ts';
import type { LoadedClaim } from '../input/claims.ts';
import { titleOf } from '../input/claims.ts';
import type { Finding } from '../output/findings.ts';
import type { Drawable } from '../output/trees.ts';
import { inCluster } from './diff-cluster.ts';

/** Claims as they live, and those that could not be drawn. */
export interface LiveTrees {
  readonly drawable: readonly Drawable[];
  readonly findings: readonly Finding[];
}

/** All claims of a cluster with what became of them, or those that are in files too. */
export async function liveTrees(
  platform: Platform,
  cluster: Cluster,
  claims: readonly LoadedClaim[] | undefined,
  namespace: string | undefined,
): Promise<LiveTrees> {
  const found =
    claims === undefined
      ? await liveClaims(cluster, platform, namespace)
      : await Promise.all(
          claims.map(async (each) => (await liveClaim(cluster, each.offer, each.claim)) ?? each),
        );
  const drawn = await Promise.all(found.map((each) => drawOne(platform, cluster, each)));
  return {
    drawable: drawn.flatMap((each) => ('outcome' in each ? [each] : [])),
    findings: drawn.flatMap((each) => ('outcome' in each ? [] : [each])),
  };
}

async function drawOne(
  platform: Platform,
  cluster: Cluster,
  found: LiveClaim | LoadedClaim,
): Promise<Drawable | Finding> {
  const { claim } = found;
  if (!('composed' in found))
    return { file: found.file, subject: titleOf(claim), path: '', message: 'is not in the cluster' };
  const { surroundings, rendering } = await surroundingsOf(cluster, platform, found, { stored: true });
  if (rendering.kind === 'refused')
    return {
      file: inCluster,
      subject: titleOf(claim),
      path: '',
      message: rendering.problems.map(({ message }) => message).join('; '),
    };
  const { outcome } = rendering;
  return {
    loaded: { file: inCluster },
    claim,
    outcome: { ...outcome, composite: withOwnStatus(outcome.composite, claim) },
    given: [...surroundings.observed, ...surroundings.required, ...(await secretsFor(cluster, outcome))],
    promised: [],
  };
}

/** What the cluster says of the claim comes before what this version would say. */
function withOwnStatus(composite: JsonObject, claim: JsonObject): JsonObject {
  return { ...composite, status: { ...object(composite.status), ...object(claim.status) } };
}

async function secretsFor(cluster: Cluster, { composed }: Reconciled): Promise<readonly Observed[]> {
  const needs = secretNeeds(composed.map((each) => each.object));
  const found = await Promise.all(
    needs.map(({ name, namespace }) => cluster.find({ apiVersion: 'v1', kind: 'Secret', name, namespace })),
  );
  return found.filter((each) => each !== undefined);
}
