import type {
  Claim,
  Composed,
  Composition,
  Context,
  Kind,
  Manifest,
  Readiness,
} from '../../composition/contract.ts';
import { stops } from '../../composition/ratchet.ts';
import { at, number } from '../../composition/read.ts';
import { disruptionBudget } from '../../kube/disruption-budget.ts';
import { secretRequirements, secretsCondition } from '../../kube/needed-secrets.ts';
import { exclusiveClaims, nestedClaims, nestedParts, nestedRequirements } from '../../kube/nested-claims.ts';
import type { PlatformSettings } from '../../kube/platform.ts';
import { platformRequirement, platformSettings } from '../../kube/platform.ts';
import { monitored, monitoringCondition } from '../../kube/pod-monitor.ts';
import { deploymentReady, ready, taken, unready } from '../../kube/ready.ts';
import { serviceAccount } from '../../kube/service-account.ts';
import { check } from './check.ts';
import { complete } from './complete.ts';
import type { CompleteSpec } from './complete.ts';
import { deployment } from './deployment.ts';
import type { Migration } from './migration.ts';
import { migration } from './migration.ts';
import { web, webName } from './names.ts';
import { migrationNetworkPolicy, networkPolicy } from './network-policy.ts';
import { podMonitor } from './pod-monitor.ts';
import { autoscaler, scalingReady } from './replicas.ts';
import { route } from './route.ts';
import { neededSecrets, podSecrets } from './secrets.ts';
import { endpoint, service, servicePort } from './service.ts';
import type { ApplicationParts, ApplicationState } from './status.ts';
import { applicationState, conditions } from './status.ts';
import { schema } from './xr.gen.ts';
import type { Spec, Status } from './xr.gen.ts';

export const webApplication: Kind<Spec> = {
  apiVersion: 'platform.bizmatters.io/v1alpha1',
  kind: 'WebApplication',
  schema,
  compose,
  optionalConditions: [
    'DatabaseReady',
    'CacheReady',
    'MigrationReady',
    'RouteReady',
    'ScalingReady',
    monitoringCondition,
  ],
  exclusive: (claim) => [
    ...(claim.spec.hostname === undefined
      ? []
      : [
          {
            what: `route ${claim.spec.hostname}${claim.spec.path ?? '/'} at the platform's gateway`,
            path: claim.spec.path === undefined ? 'spec.hostname' : 'spec.path',
          },
        ]),
    ...exclusiveClaims(claim),
  ],
};

function compose(given: Claim<Spec>, context: Context): Composition {
  const platform = platformSettings(context);
  const claim = complete(given, platform.settings);
  const needs = neededSecrets(claim);
  const requirements = {
    ...secretRequirements(needs, claim.namespace),
    ...nestedRequirements(claim),
    ...platformRequirement,
  };
  const problems = [...platform.problems, ...check(given, context)];
  if (stops(problems, context)) return { kind: 'refused', problems, requirements };

  const stores = nestedParts(claim, context);
  const secrets = secretsCondition(needs, context);
  const isStartable = [stores.database, stores.cache].every((each) => each?.ready !== false);
  const migrating = migration(
    claim,
    context,
    isStartable && secrets.status === 'True' ? ready : unready('waits for Secrets and stores'),
  );
  const routing = route(claim, context, platform.settings);
  const served =
    routing.resources.length > 0
      ? taken(context, 'service')
      : (routing.readiness ?? taken(context, 'service'));
  const monitoring = monitored(context, podMonitor(claim), 'The application');
  const parts: ApplicationParts = {
    deployment: context.observed('deployment'),
    pods: deploymentReady(context.observed('deployment')),
    secrets,
    policy: taken(context, 'network-policy'),
    ...stores,
    migration: migrating.readiness,
    route: routing.readiness,
    scaling: claim.spec.scaling === undefined ? undefined : scalingReady(context.observed('autoscaler')),
  };
  return {
    kind: 'composed',
    output: {
      resources: [
        ...nestedClaims(claim, context),
        ...migrating.resources,
        ...applicationResources(claim, context, parts, migrating, served, platform.settings),
        ...routing.resources,
        ...monitoring.resources,
      ],
      status: status(claim, platform.settings, parts, applicationState(parts)),
      conditions: [...conditions(parts), ...monitoring.conditions],
      requirements,
      schemas: { ...routing.asks, ...monitoring.schemas },
      standing: problems,
    },
  };
}

function applicationResources(
  claim: Claim<CompleteSpec>,
  context: Context,
  { pods, scaling = ready }: ApplicationParts,
  migrating: Migration,
  routed: Readiness,
  platform: PlatformSettings,
): Composed[] {
  const resource = (key: string, object: Manifest, readiness = taken(context, key)) => ({
    key,
    object,
    readiness,
  });
  const scaler = autoscaler(claim);
  return [
    resource('service-account', serviceAccount(claim, web, webName(claim))),
    resource('deployment', deployment(claim, context, podSecrets(claim, context), migrating), pods),
    // A route that nobody makes is in no resource of its own.
    resource('service', service(claim), routed),
    ...(scaler === undefined ? [] : [resource('autoscaler', scaler, scaling)]),
    resource('disruption-budget', disruptionBudget(claim, web, webName(claim))),
    resource('network-policy', networkPolicy(claim, context, platform)),
    ...(claim.spec.migrations === undefined
      ? []
      : [resource('migration-network-policy', migrationNetworkPolicy(claim, context))]),
  ];
}

function status(
  claim: Claim<CompleteSpec>,
  platform: PlatformSettings,
  { deployment }: ApplicationParts,
  { phase, message }: ApplicationState,
): Status {
  return {
    phase,
    message,
    endpoint: endpoint(claim, platform),
    port: servicePort,
    replicas: number(at(deployment, 'status', 'replicas')) ?? 0,
    availableReplicas: number(at(deployment, 'status', 'availableReplicas')) ?? 0,
    image: claim.spec.image,
  };
}
