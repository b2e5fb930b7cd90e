import type { JsonObject, Observed } from '../../functions/composition/contract.ts';
import { at, list, metadataOf, object, text } from '../../functions/composition/read.ts';
import type { Offer, Platform } from '../../render/platform.ts';
import { compositeLabel } from '../../render/reconcile/composed-resource.ts';
import type { Cluster } from './cluster.ts';

/** A claim that a cluster has, and what it has composed. */
export interface LiveClaim {
  readonly offer: Offer;
  readonly claim: JsonObject;
  readonly composed: readonly Observed[];
}

/** Every claim of a cluster, or of a namespace, of the kinds that the platform knows, by kind, namespace and name. */
export async function liveClaims(
  cluster: Cluster,
  { offers }: Platform,
  namespace: string | undefined,
): Promise<readonly LiveClaim[]> {
  const found = await Promise.all(
    offers.map(async (offer) => {
      const { apiVersion, kind } = offer.definition;
      const claims = await cluster.list({ apiVersion, kind }, namespace);
      return claims.map((claim) => ({ offer, claim }));
    }),
  );
  const claims = found.flat();
  await readAhead(
    cluster,
    claims.map(({ claim }) => claim),
    namespace,
  );
  return Promise.all(
    claims.map(async ({ offer, claim }) => ({ offer, claim, composed: await composedOf(cluster, claim) })),
  );
}

/** The claim of this identity, if the cluster has one. */
export async function liveClaim(
  cluster: Cluster,
  offer: Offer,
  claim: JsonObject,
): Promise<LiveClaim | undefined> {
  const { apiVersion, kind } = offer.definition;
  const { name, namespace } = metadataOf(claim);
  const found = await cluster.find({ apiVersion, kind, namespace, name });
  return found === undefined
    ? undefined
    : { offer, claim: found, composed: await composedOf(cluster, found) };
}

/** References of a claim to what it has composed, as core writes them. */
function referencesOf(claim: JsonObject): JsonObject[] {
  return list(at(claim, 'spec', 'crossplane', 'resourceRefs')).map(object);
}

/** One list of each kind takes the place of hundreds of single reads. */
async function readAhead(
  cluster: Cluster,
  claims: readonly JsonObject[],
  namespace: string | undefined,
): Promise<void> {
  const kinds = new Map(
    claims
      .flatMap(referencesOf)
      .map(({ apiVersion, kind }) => [
        `${text(apiVersion)} ${text(kind)}`,
        { apiVersion: text(apiVersion), kind: text(kind) },
      ]),
  );
  await Promise.all([...kinds.values()].map((each) => cluster.list(each, namespace, compositeLabel)));
}

async function composedOf(cluster: Cluster, claim: JsonObject): Promise<Observed[]> {
  const { namespace } = metadataOf(claim);
  const found = await Promise.all(
    referencesOf(claim).map(({ apiVersion, kind, name }) =>
      cluster.find({ apiVersion: text(apiVersion), kind: text(kind), namespace, name: text(name) }),
    ),
  );
  return found.filter((each) => each !== undefined);
}
