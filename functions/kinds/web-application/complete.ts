import type { Claim } from '../../composition/contract.ts';
import type { Placement } from '../../kube/placement.ts';
import type { PlatformSettings } from '../../kube/platform.ts';
import { placementOf, pullSecrets, relocated } from '../../kube/platform.ts';
import type { Spec } from './xr.gen.ts';

/** A spec with the platform's settings in it. */
export type CompleteSpec = Omit<Spec, 'placement'> & { readonly placement: Partial<Placement> };

/** The claim with the platform's settings in it. */
export function complete(claim: Claim<Spec>, platform: PlatformSettings): Claim<CompleteSpec> {
  const { image, placement, imagePullSecrets } = claim.spec;
  const { imagePullSecrets: pulls } = pullSecrets(platform, imagePullSecrets);
  return {
    ...claim,
    spec: {
      ...claim.spec,
      image: relocated(image, platform),
      placement: placementOf(platform, placement),
      ...(pulls === undefined ? {} : { imagePullSecrets: pulls.map(({ name }) => name) }),
    },
  };
}
