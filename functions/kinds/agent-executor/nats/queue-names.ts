import { derivedNames } from '../../../../worker/streams.ts';
import type { Claim, Exclusive } from '../../../composition/contract.ts';
import { natsAddresses } from '../network/address.ts';
import { serverName } from './nats-service.ts';
import type { Spec } from '../xr.gen.ts';

/** What the queue of one executor is called in NATS. */
export interface QueueNames {
  readonly prefix: string;
  readonly stream: string;
  readonly consumer: string;
  readonly statusStream: string;
  readonly deadStream: string;
}

const standardPrefix = 'agent';

/**
 * All names follow from the subject prefix. The names of the standard prefix count as not given where there is another: v0.1.0
 * wrote them into every claim as defaults.
 */
export function queueNames({ spec }: Claim<Spec>): QueueNames {
  const prefix = spec.nats?.subjectPrefix ?? standardPrefix;
  const [derived, standard] = [derivedNames(prefix), derivedNames(standardPrefix)];
  const given = (name: string | undefined, usual: string): string | undefined =>
    name === usual ? undefined : name;
  return {
    prefix,
    stream: given(spec.natsStreamName, standard.NATS_STREAM_NAME) ?? derived.NATS_STREAM_NAME,
    consumer: given(spec.natsConsumerGroup, standard.NATS_CONSUMER_GROUP) ?? derived.NATS_CONSUMER_GROUP,
    statusStream: derived.NATS_STATUS_STREAM_NAME,
    deadStream: derived.NATS_DEAD_STREAM_NAME,
  };
}

/** Two executors on one of these would take each other's jobs; `ensure-stream` and the workers refuse the second one. */
export function exclusiveNames(claim: Claim<Spec>): Exclusive[] {
  const { nats } = claim.spec;
  const { prefix, stream, statusStream, deadStream } = queueNames(claim);
  const path = 'spec.nats.subjectPrefix';
  const streamPath = stream === derivedNames(prefix).NATS_STREAM_NAME ? path : 'spec.natsStreamName';
  const account = nats?.account === undefined ? '' : ` in account ${nats.account}`;
  return natsAddresses(claim).flatMap((address) => {
    const where = `at NATS ${serverName(address, claim.namespace)}${account}`;
    return [
      { what: `stream ${stream} ${where}`, path: streamPath },
      { what: `stream ${statusStream} ${where}`, path },
      { what: `stream ${deadStream} ${where}`, path },
      { what: `subject ${prefix}.execute.* ${where}`, path },
    ];
  });
}
