import type { IJob } from 'kubernetes-models/batch/v1/Job';
import type { IJobSpec as JobSpec } from 'kubernetes-models/batch/v1/JobSpec';
import type { Claim } from '../../composition/contract.ts';
import { labels, metadata } from '../../kube/metadata.ts';
import { containerDefaults, podDefaults } from './deployment.ts';
import { streamEnvironment } from './environment.ts';
import { sizes } from '../../kube/sizes.ts';
import { names } from './names.ts';
import type { Spec } from './xr.gen.ts';

/**
 * Makes stream and consumer, or brings them up to date, once for each image and stream. A Job cannot be
 * changed, so both its name and its key among the composed resources end in a hash of what it depends on,
 * and the one before it is deleted. It has no time to live: Crossplane would make it again for ever.
 */
export function streamJob(claim: Claim<Spec>, digest: (text: string) => string): { key: string; job: IJob } {
  const spec = jobSpec(claim);
  const hash = digest(JSON.stringify(spec)).slice(0, 8);
  const job = {
    apiVersion: 'batch/v1' as const,
    kind: 'Job' as const,
    metadata: metadata(claim, 'stream', `${names(claim).stream}-${hash}`),
    spec,
  };
  return { key: `stream-job-${hash}`, job };
}

function jobSpec(claim: Claim<Spec>): JobSpec {
  const defaults = containerDefaults(claim, streamEnvironment(claim), sizes.micro);
  return {
    backoffLimit: 10,
    template: {
      metadata: { labels: labels(claim, 'stream') },
      spec: {
        ...podDefaults(claim),
        restartPolicy: 'OnFailure',
        containers: [{ name: 'ensure-stream', ...defaults, args: ['ensure-stream'] }],
      },
    },
  };
}
