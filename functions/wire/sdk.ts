// The one place that names the SDK, and only for its types: importing it at run time costs 60 ms of every
// start and takes ts-proto's 32-level codec, pino and a deep merge into the bundle. Its published types are
// checked against these tables by the compiler, and its codec against ours by the tests.
import type {
  Capability,
  Condition,
  FunctionRunnerServiceService,
  Ready,
  Requirements,
  Resource,
  Resources,
  ResourceSelector,
  Result,
  RunFunctionRequest,
  RunFunctionResponse,
  Schema,
  SchemaSelector,
  Severity,
  State,
  Status,
  Target,
} from '@crossplane-org/function-sdk-typescript';

/** The number of each field of a message. A field that the SDK renames, gains or loses does not compile. */
type Numbers<Message> = { readonly [Name in keyof Required<Message>]: number };
type RequestMeta = NonNullable<RunFunctionRequest['meta']>;
type ResponseMeta = NonNullable<RunFunctionResponse['meta']>;
type Duration = NonNullable<ResponseMeta['ttl']>;

/**
 * The wire form of Crossplane's function protocol.
 * https://github.com/crossplane/crossplane/blob/main/proto/fn/v1/run_function.proto
 */
export const request = {
  meta: 1,
  observed: 2,
  desired: 3,
  input: 4,
  context: 5,
  extraResources: 6,
  credentials: 7,
  requiredResources: 8,
  requiredSchemas: 9,
} as const satisfies Numbers<RunFunctionRequest>;

export const response = {
  meta: 1,
  desired: 2,
  results: 3,
  context: 4,
  requirements: 5,
  conditions: 6,
  output: 7,
} as const satisfies Numbers<RunFunctionResponse>;

export const requestMeta = { tag: 1, capabilities: 2 } as const satisfies Numbers<RequestMeta>;
export const responseMeta = { tag: 1, ttl: 2 } as const satisfies Numbers<ResponseMeta>;
export const duration = { seconds: 1, nanos: 2 } as const satisfies Numbers<Duration>;
export const state = { composite: 1, resources: 2 } as const satisfies Numbers<State>;
export const resource = { resource: 1, connectionDetails: 2, ready: 3 } as const satisfies Numbers<Resource>;
export const resources = { items: 1 } as const satisfies Numbers<Resources>;

export const schema = { openapiV3: 1 } as const satisfies Numbers<Schema>;

/** Of every map. https://protobuf.dev/programming-guides/encoding/#maps */
export const entry = { key: 1, value: 2 } as const;

export const requirements = {
  extraResources: 1,
  resources: 2,
  schemas: 3,
} as const satisfies Numbers<Requirements>;

export const selector = {
  apiVersion: 1,
  kind: 2,
  matchName: 3,
  matchLabels: 4,
  namespace: 5,
} as const satisfies Numbers<ResourceSelector>;

export const schemaSelector = { apiVersion: 1, kind: 2 } as const satisfies Numbers<SchemaSelector>;

export const result = { severity: 1, message: 2, reason: 3, target: 4 } as const satisfies Numbers<Result>;

export const condition = {
  type: 1,
  status: 2,
  reason: 3,
  message: 4,
  target: 5,
} as const satisfies Numbers<Condition>;

export const capability = { CAPABILITY_REQUIRED_SCHEMAS: 5 } as const satisfies Partial<typeof Capability>;
export const ready = { READY_TRUE: 1, READY_FALSE: 2 } as const satisfies Partial<typeof Ready>;
export const severity = {
  SEVERITY_FATAL: 1,
  SEVERITY_WARNING: 2,
} as const satisfies Partial<typeof Severity>;
export const status = {
  STATUS_CONDITION_UNKNOWN: 1,
  STATUS_CONDITION_TRUE: 2,
  STATUS_CONDITION_FALSE: 3,
} as const satisfies Partial<typeof Status>;
export const target = { TARGET_COMPOSITE: 1 } as const satisfies Partial<typeof Target>;

/** Crossplane 1.17 and later call v1; v1beta1 has the same messages. */
export const runFunctionPaths = [
  '/apiextensions.fn.proto.v1.FunctionRunnerService/RunFunction' satisfies FunctionRunnerServiceService['runFunction']['path'],
  '/apiextensions.fn.proto.v1beta1.FunctionRunnerService/RunFunction',
] as const;
