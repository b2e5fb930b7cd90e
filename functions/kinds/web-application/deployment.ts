import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { Claim, Context } from '../../composition/contract.ts';
import { metadata, selector } from '../../kube/metadata.ts';
import type { SecretsRead } from '../../kube/needed-secrets.ts';
import { spreadOut } from '../../kube/placement.ts';
import { podDefaults, podMetadata } from '../../kube/pods.ts';
import { application, volumes } from './container.ts';
import { encryptionOf } from './encryption.ts';
import type { Migration } from './migration.ts';
import { migrationAnnotation } from './migration.ts';
import { web, webName } from './names.ts';
import { replicas } from './replicas.ts';
import type { CompleteSpec } from './complete.ts';

/**
 * The Pods. Paused it changes none of them, and has none if it was so from its beginning: while Secrets are missing that the first
 * Pods need, and while the database is not yet what they expect.
 */
export function deployment(
  claim: Claim<CompleteSpec>,
  context: Context,
  { checksum, awaited }: SecretsRead,
  { current, done }: Migration,
): IDeployment {
  const encryption = encryptionOf(claim, context);
  const own = metadata(claim, web, webName(claim));
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      ...own,
      ...(current === undefined ? {} : { annotations: { [migrationAnnotation]: current } }),
    },
    spec: {
      ...(awaited || !done ? { paused: true } : {}),
      ...replicas(claim, context),
      revisionHistoryLimit: 3,
      selector: { matchLabels: selector(claim, web) },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: podMetadata(claim, web, checksum),
        spec: {
          ...podDefaults(claim, webName(claim), volumes(claim, encryption)),
          ...spreadOut(claim.spec.placement, selector(claim, web)),
          terminationGracePeriodSeconds: claim.spec.terminationGracePeriodSeconds,
          containers: [application(claim, encryption)],
        },
      },
    },
  };
}
