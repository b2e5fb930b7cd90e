import type { Claim, Composed, Composition, Context, Kind, Manifest } from '../../composition/contract.ts';
import { stops } from '../../composition/ratchet.ts';
import { at, number } from '../../composition/read.ts';
import { disruptionBudget } from '../../kube/disruption-budget.ts';
import { exclusiveClaims, nestedClaims, nestedParts, nestedRequirements } from '../../kube/nested-claims.ts';
import { secretRequirements, secretsCondition } from '../../kube/needed-secrets.ts';
import { serviceAccount } from '../../kube/service-account.ts';
import type { PlatformSettings } from '../../kube/platform.ts';
import { platformRequirement, platformSettings } from '../../kube/platform.ts';
import { deploymentReady, readyCondition, taken } from '../../kube/ready.ts';
import type { Decision } from '../../kube/connection-secret.ts';
import { agentRequirements, agentsCondition, agentsReady } from './agents.ts';
import { apiTokenKey, apiTokenRequirement, apiTokenSecret, decideApiToken } from './api-token.ts';
import { check } from './check.ts';
import { complete } from './complete.ts';
import type { CompleteSpec } from './complete.ts';
import { deployment } from './deployment.ts';
import { databaseLogin } from './due-jobs.ts';
import { hasApiToken, httpPort } from './environment.ts';
import { names } from './names.ts';
import { nackResources } from './nats/nack.ts';
import { natsSecretRequirements, withNatsSecrets } from './nats/nats-secrets.ts';
import { networkPolicy, streamNetworkPolicy } from './network/network-policy.ts';
import { noScaling, noStreams, requiredOperators } from './operators.ts';
import { scaledObject } from './scaled-object.ts';
import { exclusiveNames } from './nats/queue-names.ts';
import { neededSecrets, podSecrets } from './secrets.ts';
import type { PodSecrets } from './secrets.ts';
import { endpoint, service } from './service.ts';
import { conditions, executorState, together } from './status.ts';
import type { ExecutorState, ExecutorParts } from './status.ts';
import { streamAttempts } from './nats/stream-attempts.ts';
import { schema } from './xr.gen.ts';
import type { Spec, Status } from './xr.gen.ts';

export const agentExecutor: Kind<Spec> = {
  apiVersion: 'platform.bizmatters.io/v1alpha1',
  kind: 'AgentExecutor',
  schema,
  compose,
  optionalConditions: [agentsCondition],
  exclusive: (claim) => [...exclusiveNames(claim), ...exclusiveClaims(claim)],
};

function compose(given: Claim<Spec>, context: Context): Composition {
  const platform = platformSettings(context);
  const claim = complete(given, context, platform.settings);
  const requirements = {
    ...secretRequirements(neededSecrets(claim), claim.namespace),
    ...agentRequirements(claim),
    ...nestedRequirements(claim),
    ...natsSecretRequirements(claim),
    ...apiTokenRequirement(claim),
    ...platformRequirement,
  };
  const token = decideApiToken(claim, context);
  const problems = [
    ...platform.problems,
    ...check(given, context),
    ...(token?.kind === 'refused' ? [token.problem] : []),
  ];
  if (stops(problems, context)) return { kind: 'refused', problems, requirements };

  const operators = requiredOperators(claim, context);
  const streamResources = operators.streams.missing ? [] : streams(claim, context);
  const parts: ExecutorParts = {
    deployment: context.observed('deployment'),
    workers: deploymentReady(context.observed('deployment')),
    scaling: operators.scaling.missing ? noScaling : readyCondition(context.observed('scaled-object')),
    stream: operators.streams.missing ? noStreams : together(streamResources),
    secrets: withNatsSecrets(secretsCondition(neededSecrets(claim), context), claim, context),
    agents: agentsReady(claim, context),
    policy: taken(context, 'network-policy'),
    ...nestedParts(claim, context),
  };
  const state = executorState(parts);
  return {
    kind: 'composed',
    output: {
      resources: [
        ...nestedClaims(claim, context),
        ...apiToken(claim, context, token),
        ...workerResources(claim, context, parts, podSecrets(claim, context, tokenOf(token))).filter(
          ({ key }) => !ofScaling.has(key) || !operators.scaling.missing,
        ),
        ...streamResources,
      ],
      status: status(claim, platform.settings, parts, state),
      conditions: conditions(parts),
      requirements,
      schemas: { ...operators.scaling.asks, ...operators.streams.asks },
      standing: problems,
    },
  };
}

function apiToken(claim: Claim<Spec>, context: Context, token: Decision | undefined): Composed[] {
  if (token?.kind !== 'known') return [];
  const object = apiTokenSecret(claim, platformSettings(context).settings, token.credentials);
  return [{ key: apiTokenKey, object, readiness: taken(context, apiTokenKey) }];
}

/** Empty when the claim has one of its own, undefined when nobody knows it yet. */
function tokenOf(token: Decision | undefined): string | undefined {
  if (token === undefined) return '';
  return token.kind === 'known' ? token.credentials.password : undefined;
}

/** What there is no use for without KEDA. */
const ofScaling: ReadonlySet<string> = new Set(['trigger-authentication', 'scaled-object']);

function workerResources(
  claim: Claim<CompleteSpec>,
  context: Context,
  { workers, scaling }: ExecutorParts,
  secrets: PodSecrets,
): Composed[] {
  const resource = (key: string, object: Manifest, readiness = taken(context, key)) => ({
    key,
    object,
    readiness,
  });
  return [
    resource('service-account', serviceAccount(claim, 'worker', names(claim).serviceAccount)),
    resource('deployment', deployment(claim, secrets), workers),
    resource('service', service(claim)),
    ...(claim.spec.scaling.countDueJobs === true
      ? [resource('trigger-authentication', databaseLogin(claim))]
      : []),
    resource('scaled-object', scaledObject(claim, context), scaling),
    resource('disruption-budget', disruptionBudget(claim, 'worker', names(claim).disruptionBudget)),
    resource('network-policy', networkPolicy(claim, context)),
  ];
}

function streams(claim: Claim<CompleteSpec>, context: Context): Composed[] {
  const { management } = claim.spec.stream;
  switch (management) {
    case 'none':
      return [];
    case 'job':
      return [
        ...streamAttempts(claim, context),
        {
          key: 'stream-network-policy',
          object: streamNetworkPolicy(claim),
          readiness: taken(context, 'stream-network-policy'),
        },
      ];
    case 'nack':
      return nackResources(claim, context);
  }
}

function status(
  claim: Claim<CompleteSpec>,
  platform: PlatformSettings,
  { deployment }: ExecutorParts,
  { phase, message }: ExecutorState,
): Status {
  return {
    phase,
    message,
    endpoint: endpoint(claim, platform),
    port: httpPort,
    replicas: number(at(deployment, 'status', 'replicas')) ?? 0,
    availableReplicas: number(at(deployment, 'status', 'availableReplicas')) ?? 0,
    image: claim.spec.image,
    ...(hasApiToken(claim) ? { apiSecretName: names(claim).api } : {}),
  };
}
