import type { IJob } from 'kubernetes-models/batch/v1/Job';
import type { IJobSpec as JobSpec } from 'kubernetes-models/batch/v1/JobSpec';
import { ensureStreamExits } from '../../../../worker/streams.ts';
import type { Claim, Observed, Readiness } from '../../../composition/contract.ts';
import { jobReady, unready } from '../../../kube/ready.ts';
import { metadata } from '../../../kube/metadata.ts';
import { podDefaults, podMetadata } from '../../../kube/pods.ts';
import { containerDefaults } from '../deployment.ts';
import { volumes } from '../volumes.ts';
import { streamEnvironment } from '../environment.ts';
import { sizes } from '../../../kube/sizes.ts';
import { names } from '../names.ts';
import type { CompleteSpec } from '../complete.ts';

const container = 'ensure-stream';
/** Names that are taken, a refused login, an account without JetStream: no attempt of the same minute changes them. */
const toldExits = [20, 21, 22];
/** Before a Job that takes the turn of a failed one begins, in seconds. */
const pause = 120;

/** A Job with its key among the composed resources. */
export interface StreamJob {
  readonly key: string;
  readonly job: IJob & { readonly metadata: { readonly name: string } };
}

/**
 * Makes stream and consumer, or brings them up to date, once for each image and stream. A Job cannot be
 * changed, so both its name and its key among the composed resources end in a hash of what it depends on,
 * and the one before it is deleted. It has no time to live: Crossplane would make it again for ever.
 * Its second turn is another Job, which does the same work after a pause.
 */
export function streamJob(
  claim: Claim<CompleteSpec>,
  digest: (text: string) => string,
  turn: 1 | 2,
): StreamJob {
  const spec = jobSpec(claim, turn);
  // The uid of a claim is not known before it is made, and rendering is to show the same name.
  const text = JSON.stringify(jobSpec({ ...claim, uid: '' }, 1));
  const hash = digest(turn === 1 ? text : `${text} again`).slice(0, 8);
  const job = {
    apiVersion: 'batch/v1' as const,
    kind: 'Job' as const,
    metadata: metadata(claim, 'stream', `${names(claim).stream}-${hash}`),
    spec,
  };
  return { key: `stream-job-${hash}`, job };
}

function jobSpec(claim: Claim<CompleteSpec>, turn: 1 | 2): JobSpec {
  const args = turn === 1 ? [] : ['--after', String(pause)];
  const defaults = containerDefaults(claim, streamEnvironment(claim), sizes.micro);
  return {
    backoffLimit: 10,
    // They end it at once, as only then its exit status says on the claim why.
    podFailurePolicy: {
      rules: [
        {
          action: 'FailJob',
          onExitCodes: { containerName: container, operator: 'In', values: [...toldExits] },
        },
      ],
    },
    template: {
      metadata: podMetadata(claim, 'stream'),
      spec: {
        ...podDefaults(claim, names(claim).serviceAccount, volumes(claim)),
        restartPolicy: 'Never',
        containers: [{ name: container, ...defaults, args: ['ensure-stream', ...args] }],
      },
    },
  };
}

/** Whether the names are taken, which a further attempt cannot change. */
export function isTaken(observed: Observed | undefined): boolean {
  return exitOf(jobReady(observed)) === '20';
}

function exitOf(readiness: Readiness): string | undefined {
  return readiness.ready ? undefined : /exit code ([0-9]+)/.exec(readiness.why)?.[1];
}

/** A Job's word for a container that ended so is only a number. */
export function streamJobReady(observed: Observed | undefined): Readiness {
  const readiness = jobReady(observed);
  if (readiness.ready) return readiness;
  const known = Object.entries(ensureStreamExits).find(([code]) => code === exitOf(readiness));
  return known === undefined ? readiness : unready(`failed: ${known[1]}`);
}
