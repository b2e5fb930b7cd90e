import type { Claim, Manifest } from '../../composition/contract.ts';
import { metadata } from '../../kube/metadata.ts';
import { names } from './names.ts';
import type { Spec } from './xr.gen.ts';

/** An object of the JetStream controller (NACK). There is no generated type for it on the registry. */
export interface JetStreamObject extends Manifest {
  readonly spec: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

const apiVersion = 'jetstream.nats.io/v1beta2';
export const streamKind = { apiVersion, kind: 'Stream' };

/** The stream of jobs, as `ensure-stream` makes it. Deleting the claim keeps the stream and its jobs. */
export function stream(claim: Claim<Spec>): JetStreamObject {
  return {
    ...streamKind,
    metadata: metadata(claim, 'stream', names(claim).stream),
    spec: {
      name: claim.spec.natsStreamName,
      subjects: ['agent.execute.*'],
      retention: 'limits',
      discard: 'old',
      storage: 'file',
      replicas: 1,
      maxMsgs: -1,
      maxAge: '24h',
      preventDelete: true,
    },
  };
}

/** The consumer that the workers share. Nothing is left to the CRD's defaults, which would redeliver at once. */
export function consumer(claim: Claim<Spec>): JetStreamObject {
  return {
    apiVersion,
    kind: 'Consumer',
    metadata: metadata(claim, 'stream', names(claim).stream),
    spec: {
      streamName: claim.spec.natsStreamName,
      durableName: claim.spec.natsConsumerGroup,
      ackPolicy: 'explicit',
      ackWait: '30s',
      deliverPolicy: 'all',
      maxDeliver: -1,
      maxAckPending: 1000,
      replayPolicy: 'instant',
      preventDelete: true,
    },
  };
}
