import type { Claim, Context, Problem } from '../../composition/contract.ts';
import { ratcheted } from '../../composition/ratchet.ts';
import { checkEgress } from '../../kube/check-egress.ts';
import { checkLabels } from '../../kube/labels.ts';
import { checkPlacement } from '../../kube/placement.ts';
import { checkName } from '../../kube/names.ts';
import { platformName, platformSettings } from '../../kube/platform.ts';
import { checkPods } from '../../kube/pods.ts';
import { checkTwice } from './complete.ts';
import { checkAddresses, natsUrl, withPlatformNats } from './network/address.ts';
import { checkEnvironment, variableOf } from './environment.ts';
import { checkMonitoring, standingMonitoring } from './nats/monitoring.ts';
import { checkStores } from './stores.ts';
import { checkOwnVolumes } from './volumes.ts';
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
    ...checkStores(claim, context),
    ...checkNats(claim, context),
    ...checkEnvironment(claim, context),
    ...checkScaling(claim),
    ...checkPods(claim.spec),
    ...checkPlacement('spec', claim.spec),
    ...checkOwnVolumes(claim, context),
    ...checkEgress(claim.spec.egress, context),
    ...(claim.spec.ingress ?? []).flatMap(({ pods }, index) =>
      checkLabels(`spec.ingress[${index}].pods`, pods),
    ),
  ];
}

/** Where the monitoring port is follows from the servers, so that it is asked for only when those are right. */
function checkNats(given: Claim<Spec>, context: Context): Problem[] {
  const claim = withPlatformNats(given, platformSettings(context).settings);
  const problems = checkNatsOf(claim, context);
  return claim === given
    ? problems
    : problems.map((problem) => ({ ...problem, path: placeOf(problem.path, given) }));
}

function checkNatsOf(claim: Claim<Spec>, context: Context): Problem[] {
  const problems = checkAddresses(claim);
  if (problems.length > 0) return problems;
  const sameServers = natsUrl(claim) === variableOf(context, 'NATS_URL')?.value;
  return ratcheted(
    checkMonitoring(claim, context),
    sameServers && standingMonitoring(context.observed('scaled-object')) !== undefined,
  );
}

/** Where the platform says what stands at this path of the completed claim. */
function placeOf(path: string, { spec }: Claim<Spec>): string {
  const own = spec.nats?.monitoringEndpoint ?? spec.natsMonitoringEndpoint;
  if (path === 'spec.natsUrl') return `${platformName} data.nats.url`;
  return own === undefined ? `${platformName} data.nats.monitoringEndpoint` : path;
}

function checkScaling({ spec: { scaling } }: Claim<Spec>): Problem[] {
  if (scaling.minReplicas <= scaling.maxReplicas) return [];
  const message = `cannot be above maxReplicas, which is ${scaling.maxReplicas}`;
  return [{ path: 'spec.scaling.minReplicas', message }];
}
