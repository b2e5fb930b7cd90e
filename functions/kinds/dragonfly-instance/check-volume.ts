import type { Claim, Context, Problem } from '../../composition/contract.ts';
import { ratcheted } from '../../composition/ratchet.ts';
import { at } from '../../composition/read.ts';
import { containerResources, sizes } from '../../kube/sizes.ts';
import { dataMemory } from './dragonfly.ts';
import type { Spec } from './xr.gen.ts';

/** A volume that a snapshot of all the data does not fit on; a cache that has both already is told of it only. */
export function checkVolume({ spec }: Claim<Spec>, context: Context): Problem[] {
  const needed = Math.ceil(dataMemory(sizes[spec.size]) / 1024);
  if (spec.storageGB >= needed || spec.adopt === true || spec.snapshots !== undefined) return [];
  const message = `a snapshot of all that size ${spec.size} has room for takes ${needed} Gi; say that or more`;
  const limit = at(context.observed('dragonfly'), 'spec', 'resources', 'limits', 'memory');
  const stands = limit === containerResources(sizes[spec.size]).limits.memory;
  return ratcheted([{ path: 'spec.storageGB', message }], stands);
}
