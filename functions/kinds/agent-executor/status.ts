import type { Composed, Condition, Observed, Readiness } from '../../composition/contract.ts';
import { at, number } from '../../composition/read.ts';
import type { Status } from './xr.gen.ts';

/** What the state of the claim follows from. */
export interface ExecutorParts {
  readonly deployment: Observed | undefined;
  readonly workers: Readiness;
  readonly scaling: Readiness;
  /** Ready when nobody of ours makes the stream. */
  readonly stream: Readiness;
  readonly secrets: Condition;
  /** Of the definitions of agents; undefined where the claim names none. */
  readonly agents: Condition | undefined;
  /** Of the policy without which the workers could connect anywhere. */
  readonly policy: Readiness;
  /** Of the claims that this one makes; undefined where somebody else does. */
  readonly database: Readiness | undefined;
  readonly cache: Readiness | undefined;
}

export interface ExecutorState {
  readonly phase: NonNullable<Status['phase']>;
  readonly message: string;
}

/** The first thing that is missing, in the order in which things come up, is what the claim says. */
export function executorState(parts: ExecutorParts): ExecutorState {
  const { deployment, workers, scaling, stream, secrets, agents, policy, database, cache } = parts;
  const available = number(at(deployment, 'status', 'availableReplicas')) ?? 0;
  const notReady = available > 0 ? 'Degraded' : 'Provisioning';
  if (database?.ready === false)
    return { phase: notReady, message: `The database: ${withoutStop(database.why)}.` };
  if (cache?.ready === false) return { phase: notReady, message: `The cache: ${withoutStop(cache.why)}.` };
  if (secrets.status === 'False')
    return {
      phase: available > 0 ? 'Degraded' : 'Pending',
      message: secrets.message ?? 'Secrets are missing.',
    };
  if (agents?.status === 'False')
    return {
      phase: available > 0 ? 'Degraded' : 'Pending',
      message: agents.message ?? 'Agents are missing.',
    };
  if (!policy.ready) return { phase: notReady, message: `The network policy ${policy.why}.` };
  if (!stream.ready)
    return {
      phase: stream.why.startsWith('failed') ? 'Failed' : notReady,
      message: `The stream ${stream.why}.`,
    };
  if (!workers.ready) return { phase: notReady, message: `The workers: ${withoutStop(workers.why)}.` };
  if (!scaling.ready) return { phase: notReady, message: `Scaling: ${withoutStop(scaling.why)}.` };
  if (available === 0) return { phase: 'Ready', message: 'No job waits, and no worker runs.' };
  return { phase: 'Ready', message: available === 1 ? '1 worker runs.' : `${available} workers run.` };
}

/** One condition for each part that can be late or break by itself. */
export function conditions({
  workers,
  scaling,
  stream,
  secrets,
  agents,
  policy,
  database,
  cache,
}: ExecutorParts): Condition[] {
  return [
    ...(database === undefined ? [] : [condition('DatabaseReady', database)]),
    ...(cache === undefined ? [] : [condition('CacheReady', cache)]),
    secrets,
    ...(agents === undefined ? [] : [agents]),
    condition('NetworkPolicyReady', policy),
    condition('StreamReady', stream),
    condition('WorkersReady', workers),
    condition('ScalingReady', scaling),
  ];
}

function condition(type: string, readiness: Readiness): Condition {
  if (readiness.ready) return { type, status: 'True', reason: 'Ready' };
  return { type, status: 'False', reason: 'NotReady', message: readiness.why };
}

/** Ready when each of these is; otherwise what the first late one says. */
export function together(resources: readonly Composed[]): Readiness {
  const late = resources.find(({ readiness }) => !readiness.ready);
  return late?.readiness ?? { ready: true };
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, '');
}
