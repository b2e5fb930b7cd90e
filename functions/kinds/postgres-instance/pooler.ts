import type { IPooler } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Pooler';
import type {
  Claim,
  Composed,
  Condition,
  Context,
  Observed,
  Readiness,
  ResourceSelector,
  ServedKind,
} from '../../composition/contract.ts';
import { at, text } from '../../composition/read.ts';
import { metadata } from '../../kube/metadata.ts';
import { kindNotServed, notServed, optionalKind } from '../../kube/optional-kind.ts';
import { deploymentReady, phaseOf, unready } from '../../kube/ready.ts';
import { placed, spreadOut } from '../../kube/placement.ts';
import type { PlatformSettings } from '../../kube/platform.ts';
import { placementOf, pullSecrets, relocated, serviceHost } from '../../kube/platform.ts';
import { sizes } from '../../kube/sizes.ts';
import { maxConnections } from './parameters.ts';
import type { Spec } from './xr.gen.ts';

type Pooling = NonNullable<Spec['pooler']>;

const poolerKind = { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Pooler' } as const;

const key = 'pooler';
const type = 'PoolerReady';

/** The key of the pooler's Deployment among the requirements. */
const deploymentKey = 'pooler-deployment';

/**
 * What CloudNativePG takes where nothing is said, which a platform may have in a registry of its own.
 * https://github.com/cloudnative-pg/cloudnative-pg/blob/v1.30.0/pkg/versions/versions.go
 */
const defaultImage = 'ghcr.io/cloudnative-pg/pgbouncer:1.25.1';

/** Clients that one instance of PgBouncer holds; each costs it some kilobytes. */
const clientsOfInstance = 1000;

function poolerName(claim: Claim): string {
  return `${claim.name}-pooler`;
}

/** The pooler's Service. */
export function poolerHost(claim: Claim, platform: PlatformSettings): string {
  return serviceHost(platform, poolerName(claim), claim.namespace);
}

/** Every name of its Service. PgBouncer shows the server's own certificate, which has to bear them too. */
export function poolerHosts(claim: Claim, platform: PlatformSettings): string[] {
  const [name, namespace] = [poolerName(claim), claim.namespace];
  return [name, `${name}.${namespace}`, `${name}.${namespace}.svc`, poolerHost(claim, platform)];
}

/** What `spec.pooler` comes to. */
export interface Pooler {
  readonly resources: readonly Composed[];
  readonly conditions: readonly Condition[];
  readonly requirements: Readonly<Record<string, ResourceSelector>>;
  readonly schemas: Readonly<Record<string, ServedKind>>;
}

/** CloudNativePG makes a Deployment of the pooler's name and says nothing of its Pods, so it is looked at itself. */
export function composePooler(
  claim: Claim<Spec>,
  context: Context,
  live: Observed | undefined,
  platform: PlatformSettings,
): Pooler {
  const { pooler } = claim.spec;
  if (pooler === undefined) return { resources: [], conditions: [], requirements: {}, schemas: {} };
  const { missing, asks: schemas } = optionalKind(context, key, poolerKind);
  const selector = { apiVersion: 'apps/v1', kind: 'Deployment', name: poolerName(claim) };
  const requirements = { [deploymentKey]: { ...selector, namespace: claim.namespace } };
  if (missing) {
    const message = `${notServed(poolerKind, 'a CloudNativePG that has it')}. Clients can connect to the database alone.`;
    const condition: Condition = { type, status: 'False', reason: kindNotServed, message };
    return { resources: [], conditions: [condition], requirements, schemas };
  }
  const readiness = serving(context.observed(key), context.required(deploymentKey) ?? undefined);
  const condition: Condition = readiness.ready
    ? { type, status: 'True', reason: 'Serving' }
    : { type, status: 'False', reason: 'NotServing', message: readiness.why };
  const resource = { key, object: poolerObject(claim, pooler, live, platform), readiness };
  return { resources: [resource], conditions: [condition], requirements, schemas };
}

/**
 * Its servers' connections are at most four fifths of what PostgreSQL takes, so that migrations and people still get in
 * beside it. Prepared statements work in both modes.
 * https://www.pgbouncer.org/config.html
 */
function poolerObject(
  claim: Claim<Spec>,
  pooler: Pooling,
  live: Observed | undefined,
  platform: PlatformSettings,
): IPooler {
  const size = sizes[claim.spec.size];
  const most = Number(claim.spec.parameters?.max_connections) || maxConnections(size, live);
  const name = poolerName(claim);
  const placement = placementOf(platform, claim.spec.placement);
  const image = relocated(defaultImage, platform);
  const poolSize = Math.max(1, Math.floor((most * 4) / 5 / pooler.instances));
  return {
    ...poolerKind,
    metadata: metadata(claim, 'database', name),
    spec: {
      cluster: { name: claim.name },
      type: 'rw',
      instances: pooler.instances,
      pgbouncer: {
        poolMode: pooler.mode,
        parameters: {
          default_pool_size: `${poolSize}`,
          ignore_startup_parameters: 'extra_float_digits,options,search_path',
          max_client_conn: `${clientsOfInstance}`,
          max_prepared_statements: '200',
        },
      },
      template: {
        spec: {
          ...pullSecrets(platform),
          ...placed(placement),
          ...(placement.spread === undefined ? {} : spreadOut(placement, { 'cnpg.io/poolerName': name })),
          containers: [
            {
              name: 'pgbouncer',
              ...(image === defaultImage ? {} : { image }),
              resources: {
                requests: { cpu: '50m', memory: '64Mi' },
                limits: { cpu: '1', memory: '256Mi' },
              },
            },
          ],
        },
      },
    },
  };
}

function serving(pooler: Observed | undefined, deployment: Observed | undefined): Readiness {
  if (pooler === undefined) return unready('is being made');
  const phase = phaseOf(pooler);
  if (phase === 'failed' || phase === 'inactive')
    return unready(text(at(pooler, 'status', 'phaseReason')) || `is ${phase}`);
  return deploymentReady(deployment);
}
