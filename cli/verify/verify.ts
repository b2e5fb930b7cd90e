import type { JsonObject } from '../../functions/composition/contract.ts';
import type { Platform } from '../../render/platform.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { askedBy } from './asked.ts';
import { baseChecks } from './base.ts';
import type { Check } from './check.ts';
import { looked, unseen } from './check.ts';
import { claimLook, streamCheck } from './claims.ts';
import { kindChecks } from './kinds.ts';
import { externalSecretsCheck, operatorChecks } from './operators.ts';
import { packageChecks } from './packages.ts';
import { platformLook } from './settings.ts';
import { crossplaneCheck, kubernetesCheck } from './versions.ts';

/** What a cluster is held against. */
export interface Expected {
  readonly platform: Platform;
  /** The objects of package/cluster. */
  readonly base: readonly JsonObject[];
  /** Of this program, and so of all it expects. */
  readonly version: string;
}

/**
 * Everything that claims need of a cluster, a row each, from below to above. Reads and nothing else; what may not be read is a row
 * too. Throws a Failure when the cluster does not answer at all.
 */
export async function verify(
  cluster: Cluster,
  { platform, base, version }: Expected,
  namespace: string | undefined,
): Promise<readonly Check[]> {
  // Before everything else: of a cluster that is away nothing can be said.
  const kubernetes = kubernetesCheck(await cluster.version());
  const [crossplane, packages, kinds, ours, settings, { checks, claims }] = await Promise.all([
    orUnseen('Crossplane', () => crossplaneCheck(cluster)),
    packageChecks(cluster),
    kindChecks(cluster, platform, version),
    baseChecks(cluster, base, version),
    looked(
      () => platformLook(cluster),
      (reason) => ({
        check: unseen({ subject: 'Platform settings', needed: 'valid' }, reason),
        settings: [],
      }),
    ),
    claimLook(cluster, platform, namespace),
  ]);
  const asked = askedBy(platform, claims, settings.settings);
  const [operators, externalSecrets] = await Promise.all([
    operatorChecks(cluster, asked),
    orUnseen('External Secrets', () => externalSecretsCheck(cluster, asked, namespace)),
  ]);
  return [
    kubernetes,
    crossplane,
    ...packages,
    ...kinds,
    ...ours,
    settings.check,
    ...operators,
    externalSecrets,
    streamCheck(claims),
    ...checks,
  ];
}

function orUnseen(subject: string, look: () => Promise<Check>): Promise<Check> {
  return looked(look, (reason) => unseen({ subject, needed: 'well' }, reason));
}
