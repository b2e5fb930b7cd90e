import type { Claim, Context, Problem } from '../../composition/contract.ts';
import { checkEgress } from '../../kube/check-egress.ts';
import { checkLabels } from '../../kube/labels.ts';
import { checkName } from '../../kube/names.ts';
import { checkNested } from '../../kube/nested-claims.ts';
import { checkPods } from '../../kube/pods.ts';
import { checkVariable } from '../../kube/variables.ts';
import { checkVolumes, tmpMount, tmpVolume } from '../../kube/volumes.ts';
import { storePlaces } from './encryption.ts';
import type { Spec } from './xr.gen.ts';

/** Everything that the schema lets pass and that could not be composed, or that the API server would refuse in something composed. */
export function check(claim: Claim<Spec>, context: Context): Problem[] {
  const { spec } = claim;
  const places = storePlaces(claim);
  return [
    ...checkName(claim.name, 46),
    ...checkNested(claim, context),
    ...checkScaling(spec),
    ...(spec.env ?? []).flatMap((each, index) => checkVariable(`spec.env[${index}]`, each)),
    ...checkPods(spec),
    ...checkVolumes(spec.volumes, {
      volumes: [tmpVolume, ...places.volumes],
      mounts: [tmpMount, ...places.mounts],
    }),
    ...checkEgress(spec.egress, context),
    ...(spec.ingress ?? []).flatMap(({ pods }, index) => checkLabels(`spec.ingress[${index}].pods`, pods)),
  ];
}

function checkScaling({ scaling }: Spec): Problem[] {
  if (scaling === undefined || scaling.minReplicas <= scaling.maxReplicas) return [];
  const message = `cannot be above maxReplicas, which is ${scaling.maxReplicas}`;
  return [{ path: 'spec.scaling.minReplicas', message }];
}
