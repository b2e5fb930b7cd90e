import type { IContainer as Container } from 'kubernetes-models/v1/Container';
import type { IProbe as Probe } from 'kubernetes-models/v1/Probe';
import type { IVolume as Volume } from 'kubernetes-models/v1/Volume';
import type { Claim } from '../../composition/contract.ts';
import { containerSecurity } from '../../kube/pod-security.ts';
import { containerResources, sizes } from '../../kube/sizes.ts';
import { namedMounts, namedVolumes, tmpMount, tmpVolume } from '../../kube/volumes.ts';
import { variables, wholeSecrets } from './environment.ts';
import type { CompleteSpec } from './complete.ts';
import type { Encryption } from './encryption.ts';
import { encryptionMounts, encryptionVolumes } from './encryption.ts';

/** The port of metrics by its name, which is that of requests where it is the same. */
export function metricsPort({ monitoring, port }: CompleteSpec): 'http' | 'metrics' {
  return monitoring?.port === undefined || monitoring.port === port ? 'http' : 'metrics';
}

/** Between the end of a Pod's endpoint and its SIGTERM, as gateways go on sending requests for a moment. */
const secondsToDrain = 5;

export function volumes({ spec }: Claim<CompleteSpec>, encryption: readonly Encryption[]): Volume[] {
  return [tmpVolume, ...encryptionVolumes(encryption), ...namedVolumes(spec.volumes)];
}

/** What the application and its migrations have in common. */
export function containerDefaults(
  claim: Claim<CompleteSpec>,
  encryption: readonly Encryption[],
): Omit<Container, 'name'> {
  const { image, size, volumes: named, writableRootFilesystem } = claim.spec;
  return {
    image,
    imagePullPolicy: 'IfNotPresent',
    env: variables(claim, encryption),
    ...wholeSecrets(claim),
    resources: containerResources(sizes[size]),
    securityContext: { ...containerSecurity, readOnlyRootFilesystem: !writableRootFilesystem },
    volumeMounts: [tmpMount, ...encryptionMounts(encryption), ...namedMounts(named)],
  };
}

/** The container that serves. */
export function application(claim: Claim<CompleteSpec>, encryption: readonly Encryption[]): Container {
  const { command, args, port, monitoring, probes } = claim.spec;
  const { readiness, liveness, startupSeconds, timeoutSeconds } = probes;
  return {
    name: 'app',
    ...containerDefaults(claim, encryption),
    ...(command === undefined ? {} : { command: [...command] }),
    ...(args === undefined ? {} : { args: [...args] }),
    ports: [
      { name: 'http', containerPort: port },
      ...(metricsPort(claim.spec) === 'metrics' && monitoring?.port !== undefined
        ? [{ name: 'metrics', containerPort: monitoring.port }]
        : []),
    ],
    startupProbe: {
      ...probe(liveness ?? readiness),
      periodSeconds: 2,
      timeoutSeconds,
      failureThreshold: Math.ceil(startupSeconds / 2),
    },
    livenessProbe: { ...probe(liveness), periodSeconds: 10, timeoutSeconds, failureThreshold: 3 },
    readinessProbe: { ...probe(readiness), periodSeconds: 5, timeoutSeconds, failureThreshold: 2 },
    lifecycle: { preStop: { sleep: { seconds: secondsToDrain } } },
  };
}

function probe(path: string | undefined): Probe {
  return path === undefined ? { tcpSocket: { port: 'http' } } : { httpGet: { path, port: 'http' } };
}
