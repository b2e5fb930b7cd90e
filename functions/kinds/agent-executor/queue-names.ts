import { derivedNames } from '../../../worker/env.ts';
import type { Claim } from '../../composition/contract.ts';
import type { Spec } from './xr.gen.ts';

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
