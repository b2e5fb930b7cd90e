import type { IJob } from 'kubernetes-models/batch/v1/Job';
import type { IJobSpec as JobSpec } from 'kubernetes-models/batch/v1/JobSpec';
import { ensureStreamExits } from '../../../../worker/env.ts';
import type { Claim, Observed, Readiness } from '../../../composition/contract.ts';
import { jobReady, unready } from '../../../kube/ready.ts';
import { metadata } from '../../../kube/metadata.ts';
import { containerDefaults, podDefaults, podMetadata } from '../deployment.ts';
import { streamEnvironment } from '../environment.ts';
import { sizes } from '../../../kube/sizes.ts';
import { names } from '../names.ts';
import type { CompleteSpec } from '../complete.ts';

const container = 'ensure-stream';
/** Names that are taken; a refused login or an account without JetStream may be mended while it tries. */
const finalExits = [20];

/** A Job with its key among the composed resources. */
export interface StreamJob {
  readonly key: string;
  readonly job: IJob & { readonly metadata: { readonly name: string } };
}

/**
 * Makes stream and consumer, or brings them up to date, once for each image and stream. A Job cannot be
 * changed, so both its name and its key among the composed resources end in a hash of what it depends on,
 * and the one before it is deleted. It has no time to live: Crossplane would make it again for ever.
 * Its second turn is another Job with the same work.
 */
export function streamJob(
  claim: Claim<CompleteSpec>,
  digest: (text: string) => string,
  turn: 1 | 2,
): StreamJob {
  const spec = jobSpec(claim);
  // The uid of a claim is not known before it is made, and rendering is to show the same name.
  const text = JSON.stringify(jobSpec({ ...claim, uid: '' }));
  const hash = digest(turn === 1 ? text : `${text} again`).slice(0, 8);
  const job = {
    apiVersion: 'batch/v1' as const,
    kind: 'Job' as const,
    metadata: metadata(claim, 'stream', `${names(claim).stream}-${hash}`),
    spec,
  };
  return { key: `stream-job-${hash}`, job };
}

function jobSpec(claim: Claim<CompleteSpec>): JobSpec {
  const defaults = containerDefaults(claim, streamEnvironment(claim), sizes.micro);
  return {
    backoffLimit: 10,
    // What no second attempt changes ends it at once, and its exit status says on the claim why.
    podFailurePolicy: {
      rules: [
        {
          action: 'FailJob',
          onExitCodes: { containerName: container, operator: 'In', values: [...finalExits] },
        },
      ],
    },
    template: {
      metadata: podMetadata(claim, 'stream'),
      spec: {
        ...podDefaults(claim),
        restartPolicy: 'Never',
        containers: [{ name: container, ...defaults, args: ['ensure-stream'] }],
      },
    },
  };
}

/** A Job's word for a container that ended so is only a number. */
export function streamJobReady(observed: Observed | undefined): Readiness {
  const readiness = jobReady(observed);
  if (readiness.ready) return readiness;
  const [, exit] = /exit code ([0-9]+)/.exec(readiness.why) ?? [];
  const known = Object.entries(ensureStreamExits).find(([code]) => code === exit);
  return known === undefined ? readiness : unready(`failed: ${known[1]}`);
}
