import type { IJob } from 'kubernetes-models/batch/v1/Job';
import type { IJobSpec as JobSpec } from 'kubernetes-models/batch/v1/JobSpec';
import type { Claim, Composed, Context, Observed, Readiness } from '../../composition/contract.ts';
import { at, conditionOf, metadataOf, number, object, text } from '../../composition/read.ts';
import { metadata } from '../../kube/metadata.ts';
import { podDefaults, podMetadata } from '../../kube/pods.ts';
import { jobReady, unready } from '../../kube/ready.ts';
import { containerDefaults, volumes } from './container.ts';
import type { Encryption } from './encryption.ts';
import { encryptionOf } from './encryption.ts';
import { webName } from './names.ts';
import type { CompleteSpec } from './complete.ts';

/** The component of migrations, in labels. */
export const migrationComponent = 'migration';

/** On the Deployment: which migration was begun last. */
export const migrationAnnotation = 'zerotouch.bizmatters.io/migration';

/** What stands between a change and the Pods. */
export interface Migration {
  readonly resources: readonly Composed[];
  /** Of the one that was begun last; undefined when there was none. */
  readonly current: string | undefined;
  /** Whether the database is what the Pods expect. */
  readonly done: boolean;
  /** Undefined when the claim has no migrations. */
  readonly readiness: Readiness | undefined;
}

/**
 * The Job of this very image and these settings. It begins when Secrets and stores are there, and when none before it runs: two would
 * change one database at once. What an earlier one made stays, and what is begun is composed to its end.
 */
export function migration(claim: Claim<CompleteSpec>, context: Context, startable: Readiness): Migration {
  if (claim.spec.migrations === undefined)
    return { resources: [], current: undefined, done: true, readiness: undefined };
  const { hash, job } = migrationJob(claim, context);
  const begun = text(at(context.observed('deployment'), 'metadata', 'annotations', migrationAnnotation));
  const before = begun === '' || begun === hash ? undefined : context.observed(keyOf(begun));
  if (before !== undefined && isRunning(before)) {
    const waits = unready(`waits for the one before it, Job ${metadataOf(before).name}, to end`);
    const kept = { key: keyOf(begun), object: asItStands(before), readiness: waits };
    return { resources: [kept], current: begun, done: false, readiness: waits };
  }
  const observed = context.observed(keyOf(hash));
  if (observed === undefined && !startable.ready)
    return { resources: [], current: begun || undefined, done: false, readiness: startable };
  const refused = context.refused(keyOf(hash));
  const readiness = refused === undefined ? judged(observed) : unready(refused);
  return {
    resources: [{ key: keyOf(hash), object: job, readiness }],
    current: hash,
    done: readiness.ready,
    readiness,
  };
}

function keyOf(hash: string): string {
  return `migration-${hash}`;
}

/** Whether a Pod of the Job may be at work. One that waits for its image or a node changes nothing, and may go. */
function isRunning(job: Observed): boolean {
  const isOver = ['Complete', 'Failed'].some((type) => conditionOf(job, type)?.status === 'True');
  return !isOver && (number(at(job, 'status', 'ready')) ?? 0) > 0;
}

/** A Job cannot be changed, so that one of a spec that is gone is composed as it was. */
function asItStands(job: Observed) {
  const { name, namespace } = metadataOf(job);
  const labels = object(at(job, 'metadata', 'labels'));
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace, labels },
    spec: object(job.spec),
  };
}

function judged(observed: Observed | undefined): Readiness {
  const readiness = jobReady(observed);
  if (readiness.ready || observed === undefined) return readiness;
  const { name, namespace } = metadataOf(observed);
  return unready(`${readiness.why}. kubectl logs job/${name} -n ${namespace} says more`);
}

/** Its name and its key end in a hash of all that it depends on. It has no time to live: it would be made and run again. */
function migrationJob(
  claim: Claim<CompleteSpec>,
  context: Context,
): { readonly hash: string; readonly job: IJob } {
  const spec = jobSpec(claim, encryptionOf(claim, context));
  const hash = context.digest(JSON.stringify(spec)).slice(0, 8);
  const name = `${claim.name}-migrate-${hash}`;
  return {
    hash,
    job: { apiVersion: 'batch/v1', kind: 'Job', metadata: metadata(claim, migrationComponent, name), spec },
  };
}

function jobSpec(claim: Claim<CompleteSpec>, encryption: readonly Encryption[]): JobSpec {
  const { command = [], args, retries = 0, timeoutSeconds = 0 } = claim.spec.migrations ?? {};
  return {
    backoffLimit: retries,
    activeDeadlineSeconds: timeoutSeconds,
    template: {
      metadata: podMetadata(claim, migrationComponent),
      spec: {
        ...podDefaults(claim, webName(claim), volumes(claim, encryption)),
        restartPolicy: 'Never',
        containers: [
          {
            name: 'migrate',
            ...containerDefaults(claim, encryption),
            command: [...command],
            ...(args === undefined ? {} : { args: [...args] }),
          },
        ],
      },
    },
  };
}
