import type { Claim, Context, Problem } from '../../composition/contract.ts';
import { ratcheted } from '../../composition/ratchet.ts';
import { at, list } from '../../composition/read.ts';
import { isInside, parseCidr } from '../../kube/cidr.ts';
import { checkKeys, checkLabels } from '../../kube/labels.ts';
import { checkPlacement } from '../../kube/placement.ts';
import { checkName } from '../../kube/names.ts';
import { checkTwice } from './complete.ts';
import { checkAddresses, natsUrl } from './network/address.ts';
import { checkEnvironment, variableOf } from './environment.ts';
import { checkMonitoring, standingMonitoring } from './nats/monitoring.ts';
import { checkNested } from './nested-claims.ts';
import { checkVolumes } from './volumes.ts';
import type { Spec } from './xr.gen.ts';

/**
 * Everything that the schema lets pass and that could not be composed, or that the API server would refuse in something
 * composed. What it refuses there nobody sees on the claim, and a policy that is not made restricts nothing.
 */
export function check(claim: Claim<Spec>, context: Context): Problem[] {
  return [
    // The Pods of a Dragonfly carry its name in a label together with a hash, and `-cache` is longer than `-db`.
    ...checkName(claim.name, claim.spec.cache === undefined || claim.spec.cache.name !== undefined ? 47 : 46),
    ...checkTwice(claim),
    ...checkNested(claim, context),
    ...checkNats(claim, context),
    ...checkEnvironment(claim, context),
    ...checkScaling(claim),
    ...checkPods(claim),
    ...(claim.spec.egress ?? []).flatMap((rule, index) =>
      checkEgress(`spec.egress[${index}]`, rule, context),
    ),
    ...(claim.spec.ingress ?? []).flatMap(({ pods }, index) =>
      checkLabels(`spec.ingress[${index}].pods`, pods),
    ),
  ];
}

/** Where the monitoring port is follows from the servers, so that it is asked for only when those are right. */
function checkNats(claim: Claim<Spec>, context: Context): Problem[] {
  const problems = checkAddresses(claim);
  if (problems.length > 0) return problems;
  const sameServers = natsUrl(claim) === variableOf(context, 'NATS_URL')?.value;
  return ratcheted(
    checkMonitoring(claim),
    sameServers && standingMonitoring(context.observed('scaled-object')) !== undefined,
  );
}

function checkPods(claim: Claim<Spec>): Problem[] {
  const { placement, podLabels, podAnnotations, serviceAccountAnnotations } = claim.spec;
  return [
    ...checkPlacement('spec.placement', placement),
    ...checkPlacement('spec', claim.spec),
    ...checkLabels('spec.podLabels', podLabels),
    ...checkKeys('spec.podAnnotations', podAnnotations),
    ...checkKeys('spec.serviceAccountAnnotations', serviceAccountAnnotations),
    ...checkVolumes(claim),
  ];
}

function checkScaling({ spec: { scaling } }: Claim<Spec>): Problem[] {
  if (scaling.minReplicas <= scaling.maxReplicas) return [];
  const message = `cannot be above maxReplicas, which is ${scaling.maxReplicas}`;
  return [{ path: 'spec.scaling.minReplicas', message }];
}

type EgressRule = NonNullable<Spec['egress']>[number];

/** A rule for nobody and a rule for everybody look alike, so that neither is guessed from one that says both or nothing. */
function checkEgress(
  path: string,
  { cidr, except = [], namespace, pods }: EgressRule,
  context: Context,
): Problem[] {
  const labels = checkLabels(`${path}.pods`, pods);
  const isForPods = namespace !== undefined || pods !== undefined;
  if (cidr === undefined) {
    if (!isForPods) return [{ path, message: 'either cidr is needed, or namespace, pods or both' }];
    return except.length === 0 ? labels : [{ path: `${path}.except`, message: 'is nothing without cidr' }];
  }
  if (isForPods) return [{ path, message: 'has both cidr and Pods; write two rules' }];
  return ratcheted(checkBlock(path, cidr, except), hasBlock(context, cidr, except));
}

/** Whether the policy as it stands has these addresses: then the API server took them, and all that is to be said is that it may not for ever. */
function hasBlock(context: Context, cidr: string, except: readonly string[]): boolean {
  return list(at(context.observed('network-policy'), 'spec', 'egress'))
    .flatMap((rule) => list(at(rule, 'to')))
    .some(
      (peer) =>
        at(peer, 'ipBlock', 'cidr') === cidr &&
        JSON.stringify(list(at(peer, 'ipBlock', 'except'))) === JSON.stringify(except),
    );
}

function checkBlock(path: string, cidr: string, except: readonly string[]): Problem[] {
  const outer = parseCidr(cidr);
  const own = 'why' in outer ? [{ path: `${path}.cidr`, message: outer.why }] : [];
  const inner = except.flatMap((text, index): Problem[] => {
    const block = parseCidr(text);
    const at = `${path}.except[${index}]`;
    if ('why' in block) return [{ path: at, message: block.why }];
    if ('why' in outer || isInside(block, outer)) return [];
    return [{ path: at, message: `${text} is not a part of ${cidr}` }];
  });
  return [...own, ...inner];
}
