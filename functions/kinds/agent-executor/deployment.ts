import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IContainer as Container } from 'kubernetes-models/v1/Container';
import type { IEnvVar as EnvVar } from 'kubernetes-models/v1/EnvVar';
import type { IPodSpec as PodSpec } from 'kubernetes-models/v1/PodSpec';
import type { Claim } from '../../composition/contract.ts';
import { labels, metadata, selector } from '../../kube/metadata.ts';
import { placed, spreadOut } from '../../kube/placement.ts';
import { containerSecurity, podSecurity } from '../../kube/pod-security.ts';
import type { Size } from '../../kube/sizes.ts';
import { containerResources, sizes } from '../../kube/sizes.ts';
import { httpPort, workerEnvironment } from './environment.ts';
import { names } from './names.ts';
import type { PodSecrets } from './secrets.ts';
import { mounts, volumes } from './volumes.ts';
import type { CompleteSpec } from './complete.ts';
import type { Spec } from './xr.gen.ts';

export const secretsChecksumAnnotation = 'zerotouch.bizmatters.io/secrets-checksum';

/**
 * The workers. There is no `replicas`: that number belongs to KEDA, and setting it would fight over it.
 * The checksum of the Secrets is on the Pods, because an environment is read at start only. A Deployment that is paused from its
 * beginning has no Pods.
 */
export function deployment(
  claim: Claim<CompleteSpec>,
  { modelKeys, checksum, awaited }: PodSecrets,
): IDeployment {
  const env = workerEnvironment(claim, modelKeys);
  const { labels, annotations } = podMetadata(claim, 'worker');
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
        metadata: {
          labels,
          ...(checksum === undefined && annotations === undefined
            ? {}
            : {
                annotations: {
                  ...annotations,
                  ...(checksum === undefined ? {} : { [secretsChecksumAnnotation]: checksum }),
                },
              }),
        },
        spec: {
          ...podDefaults(claim),
          ...spreadOut(claim.spec.placement, selector(claim, 'worker')),
          terminationGracePeriodSeconds: claim.spec.terminationGracePeriodSeconds,
          ...(claim.spec.migrations.enabled ? { initContainers: [migrations(claim, env)] } : {}),
          containers: [worker(claim, env)],
        },
      },
    },
  };
}

/** Labels and annotations of the Pods: the claim's, and over them ours. */
export function podMetadata(claim: Claim<Spec>, component: 'worker' | 'stream') {
  const { podLabels, podAnnotations } = claim.spec;
  return {
    labels: { ...podLabels, ...labels(claim, component) },
    ...(podAnnotations === undefined ? {} : { annotations: { ...podAnnotations } }),
  };
}

/** What the worker's Pods and those of its stream Job have in common. */
export function podDefaults(claim: Claim<Spec>): Omit<PodSpec, 'containers'> {
  return {
    serviceAccountName: names(claim).serviceAccount,
    automountServiceAccountToken: false,
    // Variables for Services would come between, such as POSTGRES_PORT for one called postgres.
    enableServiceLinks: false,
    securityContext: podSecurity(),
    ...(claim.spec.imagePullSecrets === undefined
      ? {}
      : { imagePullSecrets: claim.spec.imagePullSecrets.map((name) => ({ name })) }),
    ...placed(claim.spec.placement),
    ...(claim.spec.runtimeClassName === undefined ? {} : { runtimeClassName: claim.spec.runtimeClassName }),
    volumes: volumes(claim),
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

function migrations(claim: Claim<CompleteSpec>, env: EnvVar[]): Container {
  const { command, args } = claim.spec.migrations;
  return {
    name: 'migrate',
    ...containerDefaults(claim, env, sizes[claim.spec.size]),
    ...(command === undefined ? {} : { command: [...command] }),
    args: [...args],
  };
}

function worker(claim: Claim<CompleteSpec>, env: EnvVar[]): Container {
  return {
    name: 'worker',
    ...containerDefaults(claim, env, sizes[claim.spec.size]),
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
