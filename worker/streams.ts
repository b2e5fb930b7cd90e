/** Names that follow from the subject prefix, so that two executors with prefixes of their own share nothing. */
export interface DerivedNames {
  readonly NATS_STREAM_NAME: string;
  readonly NATS_CONSUMER_GROUP: string;
  readonly NATS_STATUS_STREAM_NAME: string;
  readonly NATS_DEAD_STREAM_NAME: string;
}

/** `agent` gives AGENT_EXECUTION and agent-executor-workers, `shop.agent` gives SHOP_AGENT_EXECUTION and so on. */
export function derivedNames(prefix: string): DerivedNames {
  const stream = prefix.toUpperCase().replaceAll(/[.-]/g, '_');
  return {
    NATS_STREAM_NAME: `${stream}_EXECUTION`,
    NATS_CONSUMER_GROUP: `${prefix.replaceAll('.', '-')}-executor-workers`,
    NATS_STATUS_STREAM_NAME: `${stream}_STATUS`,
    NATS_DEAD_STREAM_NAME: `${stream}_DEAD`,
  };
}

/**
 * How `ensure-stream` ends when it cannot do its work, by exit status, in words for the claim: the status is all that Kubernetes
 * tells of a Job's container.
 */
export const ensureStreamExits = {
  1: 'NATS cannot be reached, or a stream or consumer that is there does not serve; the log of the Job says what mends it',
  20: 'the stream or its consumer belongs to another executor: give this one a subject prefix of its own, spec.nats.subjectPrefix',
  21: 'NATS refuses the login: look at spec.nats.credentialsSecret',
  22: 'JetStream is not there for this account of NATS',
} as const satisfies Readonly<Record<number, string>>;
