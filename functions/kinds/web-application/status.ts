import type { Condition, Observed, Readiness } from '../../composition/contract.ts';
import { at, number } from '../../composition/read.ts';
import { wantedReplicas } from './replicas.ts';
import type { Status } from './xr.gen.ts';

/** What the state of the claim follows from, each undefined where the claim does not ask for it. */
export interface ApplicationParts {
  readonly deployment: Observed | undefined;
  readonly pods: Readiness;
  readonly secrets: Condition;
  /** Of the policy without which the Pods could connect anywhere. */
  readonly policy: Readiness;
  readonly database: Readiness | undefined;
  readonly cache: Readiness | undefined;
  readonly migration: Readiness | undefined;
  readonly route: Readiness | undefined;
  readonly scaling: Readiness | undefined;
}

export interface ApplicationState {
  readonly phase: NonNullable<Status['phase']>;
  readonly message: string;
}

/** The first thing that is missing, in the order in which things come up, is what the claim says. */
export function applicationState(parts: ApplicationParts): ApplicationState {
  const { deployment, secrets, migration } = parts;
  const available = number(at(deployment, 'status', 'availableReplicas')) ?? 0;
  const notReady = available > 0 ? 'Degraded' : 'Provisioning';
  const late = (what: string, part: Readiness | undefined): ApplicationState[] =>
    part === undefined || part.ready
      ? []
      : [{ phase: notReady, message: `${what} ${part.why.replace(/\.$/, '')}.` }];
  const failed = migration?.ready === false && migration.why.startsWith('failed');
  const [first] = [
    ...late('The database:', parts.database),
    ...late('The cache:', parts.cache),
    ...(secrets.status === 'False'
      ? [
          {
            phase: available > 0 ? ('Degraded' as const) : ('Pending' as const),
            message: secrets.message ?? 'Secrets are missing.',
          },
        ]
      : []),
    ...late('The network policy', parts.policy),
    ...late('The migration', migration).map((state) =>
      failed ? { ...state, phase: 'Failed' as const } : state,
    ),
    ...late('The Pods:', parts.pods),
    ...late('The route', parts.route),
    ...late('Scaling:', parts.scaling),
  ];
  if (first !== undefined) return first;
  if (wantedReplicas(deployment) === 0) return { phase: 'Ready', message: 'No Pod runs, as the claim says.' };
  return { phase: 'Ready', message: available === 1 ? '1 Pod serves.' : `${available} Pods serve.` };
}

/** One condition for each part that can be late or break by itself. */
export function conditions(parts: ApplicationParts): Condition[] {
  return [
    ...condition('DatabaseReady', parts.database),
    ...condition('CacheReady', parts.cache),
    parts.secrets,
    ...condition('NetworkPolicyReady', parts.policy),
    ...condition('MigrationReady', parts.migration),
    ...condition('PodsReady', parts.pods),
    ...condition('RouteReady', parts.route),
    ...condition('ScalingReady', parts.scaling),
  ];
}

function condition(type: string, readiness: Readiness | undefined): Condition[] {
  if (readiness === undefined) return [];
  if (readiness.ready) return [{ type, status: 'True', reason: 'Ready' }];
  return [{ type, status: 'False', reason: 'NotReady', message: readiness.why }];
}
