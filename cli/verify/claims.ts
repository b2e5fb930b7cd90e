import type { JsonObject } from '../../functions/composition/contract.ts';
import { at, conditionOf, metadataOf, text } from '../../functions/composition/read.ts';
import type { Offer, Platform } from '../../render/platform.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { titleOf } from '../input/claims.ts';
import { looked, some, unseen, unused, well, wrong } from './check.ts';
import type { Check } from './check.ts';

/** A claim that a cluster has, and its kind. */
export interface FoundClaim {
  readonly offer: Offer;
  readonly claim: JsonObject;
}

/** Claims that could be seen, and a row for each kind, or for each claim of it that is not Ready. */
export async function claimLook(
  cluster: Cluster,
  { offers }: Platform,
  namespace: string | undefined,
): Promise<{ readonly checks: readonly Check[]; readonly claims: readonly FoundClaim[] }> {
  const kinds = await Promise.all(
    offers.map((offer) => {
      const wanted = { subject: `Claims of ${offer.definition.kind}`, needed: 'all Ready' };
      return looked<{ checks: readonly Check[]; claims: readonly FoundClaim[] }>(
        async () => {
          const found = await cluster.list(offer.definition, namespace);
          const late = found.filter((claim) => !isReady(claim));
          const none =
            found.length === 0 ? unused(wanted, 'none') : well(wanted, `${found.length}, all Ready`);
          return {
            checks: late.length === 0 ? [none] : late.map(lateCheck),
            claims: found.map((claim) => ({ offer, claim })),
          };
        },
        (reason) => ({
          checks: [unseen(wanted, reason, '--cluster-namespace NAME, of a namespace that you may read')],
          claims: [],
        }),
      );
    }),
  );
  return { checks: kinds.flatMap(({ checks }) => checks), claims: kinds.flatMap(({ claims }) => claims) };
}

function isReady(claim: JsonObject): boolean {
  return ['Ready', 'Synced'].every((type) => conditionOf(claim, type)?.status === 'True');
}

function lateCheck(claim: JsonObject): Check {
  return wrong(
    { subject: titleOf(claim), needed: 'Ready' },
    whyLate(claim),
    `zerotouch tree --live --cluster-namespace ${metadataOf(claim).namespace}`,
  );
}

/** Its own sentence, unless Crossplane has another: what the claim says of itself is of a time before that. */
function whyLate(claim: JsonObject): string {
  const synced = conditionOf(claim, 'Synced');
  if (synced !== undefined && synced.status !== 'True') return synced.message || synced.reason;
  const ready = conditionOf(claim, 'Ready');
  return (
    text(at(claim, 'status', 'message')) ||
    ready?.message ||
    ready?.reason ||
    'Crossplane has not looked at it yet'
  );
}

const streamCondition = 'StreamReady';

/** What NATS answered about the streams of claims, by those who asked it: a Job of the claim, or NACK. */
export function streamCheck(claims: readonly FoundClaim[]): Check {
  const wanted = { subject: 'Streams in NATS', needed: 'that of each AgentExecutor' };
  const asking = claims.filter(({ claim }) => conditionOf(claim, streamCondition) !== undefined);
  const asked = asking.filter(({ claim }) => at(claim, 'spec', 'stream', 'management') !== 'none');
  if (asked.length === 0)
    return unused(
      wanted,
      asking.length === 0 ? 'no claim has one' : 'left to others by stream.management: none',
    );
  const late = asked.flatMap(({ claim }) => {
    const condition = conditionOf(claim, streamCondition);
    return condition?.status === 'True' ? [] : [`${titleOf(claim)}: ${condition?.message ?? ''}`];
  });
  return late.length === 0
    ? well(wanted, `${asked.length}, as NATS answered when it was asked`)
    : wrong(wanted, some(late), 'docs/nats.md says who makes a stream, and with which rights');
}
