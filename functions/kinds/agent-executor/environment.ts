import type { IEnvVar as EnvVar } from 'kubernetes-models/v1/EnvVar';
import type { VariableName } from '../../../worker/env.ts';
import type { Claim, Context, JsonObject, Problem } from '../../composition/contract.ts';
import { ratcheted } from '../../composition/ratchet.ts';
import { at, list, object } from '../../composition/read.ts';
import { checkVariable, containerVariables, fromSecret } from '../../kube/variables.ts';
import { agentsFolder, hasAgents } from './agents.ts';
import { cacheEnvironment } from './cache-variables.ts';
import type { CacheVariable } from './cache-variables.ts';
import { natsUrl } from './network/address.ts';
import { names, secretNames } from './names.ts';
import { natsFileVariables } from './nats/nats-secrets.ts';
import { queueNames } from './nats/queue-names.ts';
import type { Spec } from './xr.gen.ts';

/** Port of the worker's HTTP server. */
export const httpPort = 8080;

/** Which variables come from which Secret, each under its own name. The worker reads what is named here. */
export const secretKeys = {
  postgres: ['POSTGRES_HOST', 'POSTGRES_PORT', 'POSTGRES_DB', 'POSTGRES_USER', 'POSTGRES_PASSWORD'],
  dragonfly: ['DRAGONFLY_HOST', 'DRAGONFLY_PORT', 'DRAGONFLY_PASSWORD'],
  llm: ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY'],
} as const satisfies Record<string, readonly VariableName[]>;

/** Where in the Secret of the HTTP API the token stands. */
export const apiTokenEntry = 'token';

/** Whether a token is drawn for the HTTP API. A claim that sets the variable itself has one, or wants none. */
export function hasApiToken({ spec }: Claim<Spec>): boolean {
  return !spec.env?.some(({ name }) => name === 'API_TOKEN');
}

/** Between the worker's own end and the kubelet's SIGKILL, so that an orderly end is always possible. */
const secondsToSpare = 5;

type Values = Partial<Record<VariableName, string>>;

/** What the queue is called and where it is; whose it is, so that nobody else's is taken for it. */
function queueValues(claim: Claim<Spec>): Values {
  const { namespace, name, uid } = claim;
  const queue = queueNames(claim);
  return {
    NATS_URL: natsUrl(claim),
    // The streams of results and dead letters follow from it by the same rule as here.
    ...(claim.spec.nats?.subjectPrefix === undefined ? {} : { NATS_SUBJECT_PREFIX: queue.prefix }),
    NATS_STREAM_NAME: queue.stream,
    NATS_CONSUMER_GROUP: queue.consumer,
    EXECUTOR: `${namespace}/${name}`,
    ...(uid === '' ? {} : { EXECUTOR_UID: uid }),
  };
}

/** What the streams are to be like, for whoever makes them. */
function streamValues({ spec: { stream } }: Claim<Spec>): Values {
  const { replicas, storage, maxAge } = stream;
  return {
    ...(replicas === undefined ? {} : { NATS_STREAM_REPLICAS: `${replicas}` }),
    ...(storage === undefined ? {} : { NATS_STREAM_STORAGE: storage }),
    ...(maxAge === undefined ? {} : { NATS_STREAM_MAX_AGE: maxAge }),
  };
}

function processValues(claim: Claim<Spec>): Values {
  const { spec } = claim;
  return {
    // Probes and Services come to the Pod's own address.
    HOST: '::',
    PORT: `${httpPort}`,
    SHUTDOWN_TIMEOUT: `${spec.terminationGracePeriodSeconds - secondsToSpare}s`,
    WORKER_CONCURRENCY: `${spec.scaling.jobsPerReplica}`,
    ...(hasAgents(claim) ? { AGENTS_DIR: agentsFolder } : {}),
  };
}

/** Where models of one's own are, which the Secret of their keys may say as well. */
export const modelAddresses = [
  'OPENAI_BASE_URL',
  'ANTHROPIC_BASE_URL',
] as const satisfies readonly VariableName[];

/** What opens models of Azure, Amazon and Google to the worker, each by itself. */
export const otherModels = [
  'AZURE_OPENAI_ENDPOINT',
  'BEDROCK_REGION',
  'GOOGLE_API_KEY',
  'GOOGLE_CLOUD_PROJECT',
] as const satisfies readonly VariableName[];

/** Whether the claim's own variables open such models. A value of nothing is none to the worker. */
export function opensOtherModels({ spec }: Claim<Spec>): boolean {
  return otherModels.some((other) =>
    spec.env?.some(({ name, value }) => name === other && value?.trim() !== ''),
  );
}

/** What is taken of Secrets that may have it or not. */
interface Optional {
  readonly modelKeys: readonly string[];
  readonly cacheVariables: readonly CacheVariable[];
}

/** The whole environment. No reference is optional: a Pod without its secrets must not start and say so. */
export function workerEnvironment(claim: Claim<Spec>, { modelKeys, cacheVariables }: Optional): EnvVar[] {
  const secrets = secretNames(claim);
  const own = ownNames(claim);
  return [
    ...plain({ ...queueValues(claim), ...processValues(claim) }, own),
    ...natsFileVariables(claim),
    ...secretKeys.postgres.map((key) => fromSecret(key, secrets.postgres, key)),
    ...secretKeys.dragonfly.map((key) => fromSecret(key, secrets.dragonfly, key)),
    ...cacheEnvironment(claim, cacheVariables),
    ...modelKeys.filter((key) => !own.has(key)).map((key) => fromSecret(key, secrets.llm, key)),
    ...(hasApiToken(claim) ? [fromSecret('API_TOKEN', names(claim).api, apiTokenEntry)] : []),
    ...containerVariables(claim.spec.env),
  ];
}

/** What it takes to make a stream, without the secrets of database, cache and models. */
export function streamEnvironment(claim: Claim<Spec>): EnvVar[] {
  return [
    ...plain({ ...queueValues(claim), ...streamValues(claim) }, ownNames(claim)),
    ...natsFileVariables(claim),
    ...containerVariables(claim.spec.env),
  ];
}

function ownNames({ spec }: Claim<Spec>): ReadonlySet<string> {
  return new Set(spec.env?.map(({ name }) => name));
}

function plain(values: Values, own: ReadonlySet<string>): EnvVar[] {
  return Object.entries(values)
    .filter(([name]) => !own.has(name))
    .map(([name, value]) => ({ name, value }));
}

/** Those that claims of v0.1.0 could set. A claim that did keeps its own. */
const onceFree: ReadonlySet<string> = new Set(['HOST', 'EXECUTOR', 'EXECUTOR_UID'] satisfies VariableName[]);

/** A variable of the workers as they run. */
export function variableOf(context: Context, name: string): JsonObject | undefined {
  const [container] = list(at(context.observed('deployment'), 'spec', 'template', 'spec', 'containers'));
  return list(at(container, 'env'))
    .map(object)
    .find((each) => each.name === name);
}

/** Variables of the user's that the claim sets already, or that have no value or two. */
export function checkEnvironment(claim: Claim<Spec>, context: Context): Problem[] {
  const values = { ...queueValues(claim), ...streamValues(claim), ...processValues(claim) };
  const files = natsFileVariables(claim).map((one) => one.name);
  const taken = new Set<string>([...Object.keys(values), ...files, ...Object.values(secretKeys).flat()]);
  return (claim.spec.env ?? []).flatMap(({ name, ...variable }, index) => [
    ...(taken.has(name)
      ? ratcheted(
          [{ path: `spec.env[${index}].name`, message: `${name} is set by this claim; use its own field` }],
          onceFree.has(name) &&
            variable.value !== undefined &&
            variableOf(context, name)?.value === variable.value,
        )
      : []),
    ...checkVariable(`spec.env[${index}]`, { name, ...variable }),
  ]);
}
