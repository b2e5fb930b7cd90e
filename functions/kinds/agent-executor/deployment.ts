import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IContainer as Container } from 'kubernetes-models/v1/Container';
import type { IEnvVar as EnvVar } from 'kubernetes-models/v1/EnvVar';
import type { IVolumeMount as VolumeMount } from 'kubernetes-models/v1/VolumeMount';
import type { Claim } from '../../composition/contract.ts';
import { metadata, selector } from '../../kube/metadata.ts';
import { spreadOut } from '../../kube/placement.ts';
import { containerSecurity } from '../../kube/pod-security.ts';
import { podDefaults, podMetadata } from '../../kube/pods.ts';
import type { Size } from '../../kube/sizes.ts';
import { containerResources, sizes } from '../../kube/sizes.ts';
import { agentMounts, agentVolumes } from './agents.ts';
import { cacheMounts, cacheVolumes } from './cache-variables.ts';
import { httpPort, workerEnvironment } from './environment.ts';
import { names } from './names.ts';
import type { PodSecrets } from './secrets.ts';
import { mounts, volumes } from './volumes.ts';
import type { CompleteSpec } from './complete.ts';

/**
 * The workers. There is no `replicas`: that number belongs to KEDA, and setting it would fight over it.
 * The checksum of the Secrets is on the Pods, because an environment is read at start only. A Deployment that is paused from its
 * beginning has no Pods.
 */
export function deployment(claim: Claim<CompleteSpec>, secrets: PodSecrets): IDeployment {
  const { cacheVariables, checksum, awaited } = secrets;
  const env = workerEnvironment(claim, secrets);
  const read = cacheMounts(cacheVariables);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: metadata(claim, 'worker', names(claim).deployment),
    spec: {
      ...(awaited ? { paused: true } : {}),
      revisionHistoryLimit: 3,
      selector: { matchLabels: selector(claim, 'worker') },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: {
        metadata: podMetadata(claim, 'worker', checksum),
        spec: {
          ...podDefaults(claim, names(claim).serviceAccount, [
            ...volumes(claim),
            ...agentVolumes(claim),
            ...cacheVolumes(claim, cacheVariables),
          ]),
          ...spreadOut(claim.spec.placement, selector(claim, 'worker')),
          terminationGracePeriodSeconds: claim.spec.terminationGracePeriodSeconds,
          ...(claim.spec.migrations.enabled ? { initContainers: [migrations(claim, env, read)] } : {}),
          containers: [worker(claim, env, [...agentMounts(claim), ...read])],
        },
      },
    },
  };
}

/** What every container of the image has in common. */
export function containerDefaults(
  claim: Claim<CompleteSpec>,
  env: EnvVar[],
  size: Size,
): Omit<Container, 'name'> {
  return {
    image: claim.spec.image,
    imagePullPolicy: 'IfNotPresent',
    env,
    resources: containerResources(size),
    securityContext: { ...containerSecurity, readOnlyRootFilesystem: true },
    volumeMounts: mounts(claim),
  };
}

function migrations(claim: Claim<CompleteSpec>, env: EnvVar[], read: VolumeMount[]): Container {
  const { command, args } = claim.spec.migrations;
  return {
    name: 'migrate',
    ...containerDefaults(claim, env, sizes[claim.spec.size]),
    volumeMounts: [...mounts(claim), ...read],
    ...(command === undefined ? {} : { command: [...command] }),
    args: [...args],
  };
}

function worker(claim: Claim<CompleteSpec>, env: EnvVar[], read: VolumeMount[]): Container {
  return {
    name: 'worker',
    ...containerDefaults(claim, env, sizes[claim.spec.size]),
    volumeMounts: [...mounts(claim), ...read],
    ports: [{ name: 'http', containerPort: httpPort }],
    livenessProbe: probe('/health', {
      initialDelaySeconds: 10,
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 3,
    }),
    readinessProbe: probe('/ready', {
      initialDelaySeconds: 5,
      periodSeconds: 5,
      timeoutSeconds: 3,
      failureThreshold: 2,
    }),
  };
}

function probe(path: string, timing: Readonly<Record<string, number>>) {
  return { httpGet: { path, port: 'http' }, ...timing };
}
