import type { JsonObject, Observed } from '../../functions/composition/contract.ts';
import { metadataOf, object } from '../../functions/composition/read.ts';
import type { Catalogs } from '../../render/difference/catalog-changes.ts';
import type { Comparison } from '../../render/difference/compare-claims.ts';
import { compareClaims } from '../../render/difference/compare-claims.ts';
import { compareWithCluster } from '../../render/difference/compare-cluster.ts';
import type { Offer, Platform } from '../../render/platform.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { liveClaim, liveClaims } from '../cluster/live-claims.ts';
import { surroundingsOf } from '../cluster/surroundings.ts';
import type { LoadedClaim } from '../input/claims.ts';
import { faultOf, titleOf } from '../input/claims.ts';
import { ReconcileError } from '../../render/reconcile/error.ts';
import { Failure } from '../../command-line/failure.ts';
import type { Pair, Side } from '../output/difference.ts';

export type Compared = Pair & { readonly comparison: Comparison };

/** Where a claim is from that no file has. */
export const inCluster = 'cluster';

/** What this version would change at all that a cluster has: what an upgrade comes to. */
export async function compareCluster(
  platform: Platform,
  cluster: Cluster,
  namespace: string | undefined,
  catalogs: Catalogs,
): Promise<readonly Compared[]> {
  const live = await liveClaims(cluster, platform, namespace);
  const pairs = await Promise.all(
    live.map(async ({ offer, claim, composed }) => {
      const side: Side = { claim, file: inCluster };
      const comparison = await judged(async () => {
        const subject = { offer, claim, composed };
        const { surroundings } = await surroundingsOf(cluster, platform, subject, { stored: true });
        return compareWithCluster(platform, offer, claim, surroundings, { catalogs });
      });
      return { title: titleOf(claim), before: side, after: side, comparison };
    }),
  );
  return sorted(pairs);
}

/** What claims in files would change at what a cluster has of them. */
export async function compareFilesWithCluster(
  platform: Platform,
  cluster: Cluster,
  claims: readonly LoadedClaim[],
  catalogs: Catalogs,
): Promise<readonly Compared[]> {
  const pairs = await Promise.all(
    claims.map(async (after) => {
      const { offer, claim } = after;
      const live = await liveClaim(cluster, offer, claim);
      const composed = live?.composed ?? [];
      return {
        title: titleOf(claim),
        before: live === undefined ? undefined : { claim: live.claim, file: inCluster },
        after,
        comparison: await judged(() =>
          compareOne(
            cluster,
            platform,
            { offer, claim: inPlaceOf(live?.claim, claim), composed },
            live?.claim,
            catalogs,
          ),
        ),
      };
    }),
  );
  return sorted(pairs);
}

/** A claim that cannot be compared hides nothing of the others; a cluster that cannot be read ends all. */
async function judged(work: () => Promise<Comparison>): Promise<Comparison> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Failure) throw error;
    const message = error instanceof ReconcileError ? error.message : faultOf(error);
    return { kind: 'unreadable', which: 'new', problems: [{ path: '', message }] };
  }
}

/** A claim in a file has no uid, by which the objects know whose they are. */
function inPlaceOf(live: JsonObject | undefined, claim: JsonObject): JsonObject {
  const { uid } = metadataOf(live ?? {});
  return uid === '' ? claim : { ...claim, metadata: { ...object(claim.metadata), uid } };
}

interface Subject {
  readonly offer: Offer;
  readonly claim: JsonObject;
  readonly composed: readonly Observed[];
}

async function compareOne(
  cluster: Cluster,
  platform: Platform,
  subject: Subject,
  replaces: JsonObject | undefined,
  catalogs: Catalogs,
): Promise<Comparison> {
  const { offer, claim } = subject;
  const { surroundings } = await surroundingsOf(cluster, platform, subject, { replaces });
  return replaces === undefined
    ? compareClaims(platform, offer, undefined, claim, surroundings)
    : compareWithCluster(platform, offer, claim, surroundings, { replaced: replaces, catalogs });
}

function sorted(pairs: readonly Compared[]): readonly Compared[] {
  return pairs.toSorted((a, b) => (a.title < b.title ? -1 : 1));
}
