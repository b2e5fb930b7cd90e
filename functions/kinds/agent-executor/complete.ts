import type { Claim, Context, Problem } from '../../composition/contract.ts';
import type { PlatformSettings } from '../../kube/platform.ts';
import { pullSecrets, relocated } from '../../kube/platform.ts';
import { withPlatformNats } from './network/address.ts';
import type { Spec } from './xr.gen.ts';

/** A spec in which nothing is left to be found out. */
export type CompleteSpec = Spec & { readonly image: string };

/** The claim with the release's own image where it names none, the platform's settings, and each field in the one place where it is read. */
export function complete(
  claim: Claim<Spec>,
  { workerImage }: Context,
  platform: PlatformSettings,
): Claim<CompleteSpec> {
  const { spec } = withPlatformNats(claim, platform);
  const { image = workerImage, nodeSelector, tolerations, priorityClassName } = spec;
  const placement = { ...platform.placement, ...spec.placement };
  const { imagePullSecrets } = pullSecrets(platform, spec.imagePullSecrets);
  return {
    ...claim,
    spec: {
      ...spec,
      image: relocated(image, platform),
      ...(imagePullSecrets === undefined
        ? {}
        : { imagePullSecrets: imagePullSecrets.map(({ name }) => name) }),
      placement: {
        ...placement,
        ...(nodeSelector === undefined
          ? {}
          : { nodeSelector: { ...placement.nodeSelector, ...nodeSelector } }),
        ...(priorityClassName === undefined ? {} : { priorityClassName }),
        ...(tolerations === undefined
          ? {}
          : { tolerations: [...(placement.tolerations ?? []), ...tolerations] }),
      },
    },
  };
}

/** What a claim says twice, with two values. */
export function checkTwice({ spec }: Claim<Spec>): Problem[] {
  const { nodeSelector = {}, priorityClassName: name, placement } = spec;
  const labels = Object.entries(nodeSelector).flatMap(([key, value]) => {
    const other = placement.nodeSelector?.[key] ?? value;
    if (other === value) return [];
    return [
      {
        path: `spec.nodeSelector.${key}`,
        message: `is ${other} in placement.nodeSelector; no node has both`,
      },
    ];
  });
  const other = placement.priorityClassName ?? name;
  if (name === undefined || other === name) return labels;
  return [...labels, { path: 'spec.priorityClassName', message: `is ${other} in placement; a Pod has one` }];
}
