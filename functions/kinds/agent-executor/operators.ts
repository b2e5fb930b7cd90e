import type { Claim, Context, Readiness } from '../../composition/contract.ts';
import type { OptionalKind } from '../../kube/optional-kind.ts';
import { notServed, optionalKind } from '../../kube/optional-kind.ts';
import { unready } from '../../kube/ready.ts';
import { streamKind } from './nats/nack.ts';
import { scaledObjectKind } from './scaled-object.ts';
import type { Spec } from './xr.gen.ts';

/** What the cluster must have besides Kubernetes for all that this claim asks for. */
export interface RequiredOperators {
  readonly scaling: OptionalKind;
  /** Of the controller that makes the stream, when the claim leaves it to one. */
  readonly streams: OptionalKind;
}

export function requiredOperators(claim: Claim<Spec>, context: Context): RequiredOperators {
  return {
    scaling: optionalKind(context, 'scaled-object', scaledObjectKind),
    streams:
      claim.spec.stream.management === 'nack'
        ? optionalKind(context, 'stream', streamKind)
        : { missing: false, served: true, asks: {} },
  };
}

export const noScaling: Readiness = unready(`${notServed(scaledObjectKind, 'KEDA')}. One worker runs.`);

export const noStreams: Readiness = unready(
  `is made by nobody: ${notServed(streamKind, "NATS' JetStream controller (NACK)")}, or set stream.management to job`,
);
