import type { Observed } from '../../functions/composition/contract.ts';
import { platformRequirement, platformSettings } from '../../functions/kube/platform.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { some, unused, well, wrong } from './check.ts';
import type { Check } from './check.ts';

/** The settings of the platform, and how they stand. Throws a Failure when they may not be read. */
export async function platformLook(
  cluster: Cluster,
): Promise<{ readonly check: Check; readonly settings: readonly Observed[] }> {
  const wanted = {
    subject: 'Platform settings',
    needed: 'none, or an EnvironmentConfig zerotouch that is valid',
  };
  const [selector] = Object.values(platformRequirement);
  const live = selector === undefined ? undefined : await cluster.find(selector);
  if (live === undefined)
    return {
      check: unused(wanted, 'no EnvironmentConfig zerotouch: what it would say has its default'),
      settings: [],
    };
  const { problems } = platformSettings({ required: () => live });
  if (problems.length === 0) return { check: well(wanted, 'valid'), settings: [live] };
  const told = some(problems.map(({ path, message }) => `${path.replace(/^.*zerotouch /, '')} ${message}`));
  return { check: wrong(wanted, told, 'correct it: no claim changes before'), settings: [live] };
}
