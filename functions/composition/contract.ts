import type { JsonObject } from './json.ts';
import type { Schema } from './schema.ts';

export type { Json, JsonObject } from './json.ts';

/**
 * A Kubernetes object as it came over the wire: nothing about it is known but that it is an object.
 * Read it with the functions of `kube/read.ts`.
 */
export type Observed = JsonObject;

/** A Kubernetes object that we make. The builders' own types are narrower; nothing here needs more. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: object;
}

/** What is wrong with a claim, and where: `path` is a field path such as `spec.storageGB`. */
export interface Problem {
  readonly path: string;
  readonly message: string;
  /** The claim was made with this value and it is there, so that it is told and stops nothing. */
  readonly stands?: boolean;
}

/** The composite resource, which users call a claim, with a spec that fits the kind's schema. */
export interface Claim<Spec = unknown> {
  readonly name: string;
  readonly namespace: string;
  /** Empty when rendering without a cluster and no uid was given. */
  readonly uid: string;
  /** Of the claim itself; none where nobody needs them. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly spec: Spec;
}

/** An object by exact name, or a list of one kind by labels, which Crossplane is asked to look up. */
export interface ResourceSelector {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/** A kind of object that a cluster may or may not serve, because its operator may or may not be installed. */
export interface ServedKind {
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * The answer to a requirement: undefined when it has not been looked up in this call, null when it was
 * looked up and does not exist.
 */
export type Lookup = Observed | null | undefined;

/** What comes from neither claim nor cluster: chance, a hash that pure code may not import, and the release. */
export interface World {
  /** 32 random bytes, base64url, others at every call. */
  readonly randomPassword: () => string;
  /** SHA-256 of the text, hexadecimal. */
  readonly digest: (text: string) => string;
  /** Image of the workers whose claim names none. */
  readonly workerImage: string;
}

/** Everything a kind may read besides the claim. */
export interface Context extends World {
  /** The composed resource of this key as it was last seen, if it was made. */
  readonly observed: (key: string) => Observed | undefined;
  readonly required: (key: string) => Lookup;
  /**
   * Whether the cluster serves the kind that was asked for under this key; undefined when it was not asked for in the call before.
   * True where nobody can say, as with a Crossplane older than 2.2.
   */
  readonly served: (key: string) => boolean | undefined;
  /** Why the composed resource of this key is not what it should be, when the API server refused it. */
  readonly refused: (key: string) => string | undefined;
  /** As in the request. */
  readonly stored?: boolean;
}

/** Whether a composed resource is ready and, when it is not, a sentence that says why. */
export type Readiness = { readonly ready: true } | { readonly ready: false; readonly why: string };

/** One object that belongs to the claim. */
export interface Composed {
  /** Stable: a resource whose key changes is deleted and made anew. Lower-case words joined by hyphens. */
  readonly key: string;
  readonly object: Manifest;
  readonly readiness: Readiness;
}

/** A condition of the claim. Deterministic: no times, no counters that move by themselves. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message?: string;
  /** Whether nothing but a change of the claim can change it, so that nobody has to look again. */
  readonly lasting?: boolean;
}

/** What one call makes of a valid claim. */
export interface Output {
  readonly resources: readonly Composed[];
  /** `status` of the claim; must fit the kind's status schema. */
  readonly status: object;
  readonly conditions: readonly Condition[];
  readonly requirements: Readonly<Record<string, ResourceSelector>>;
  /** Kinds of which `served` is to tell whether the cluster has them; asked for only of a Crossplane that can say. */
  readonly schemas?: Readonly<Record<string, ServedKind>>;
  /** What the claim was made with and a new one could not have. */
  readonly standing?: readonly Problem[];
}

/** The problems of a claim that only code can see, or what it becomes. */
export type Composition = { readonly kind: 'composed'; readonly output: Output } | Refusal;
export interface Refusal {
  readonly kind: 'refused';
  readonly problems: readonly Problem[];
  /** Asked for even so: without them the next call of the same reconcile could not judge again. */
  readonly requirements: Readonly<Record<string, ResourceSelector>>;
  readonly schemas?: Readonly<Record<string, ServedKind>>;
}

/** Something of which there is one for one claim. */
export interface Exclusive {
  /** Equal for two claims that cannot both have it; a noun with its place, such as `stream JOBS at NATS nats.nats.svc:4222`. */
  readonly what: string;
  /** The field that gives a claim one of its own. */
  readonly path: string;
}

/** One kind of claim. `compose` is pure: same claim, same context, same answer. */
export interface Kind<Spec = unknown> {
  readonly apiVersion: string;
  readonly kind: string;
  /** Of `spec`, generated from the XRD. */
  readonly schema: Schema;
  compose(this: void, claim: Claim<Spec>, context: Context): Composition;
  /** Types of the conditions about what a claim may leave out, and may stop asking for. */
  readonly optionalConditions?: readonly string[];
  /** Of a claim that `compose` does not refuse: what outside of the cluster's objects no other claim may have too. */
  exclusive?(this: void, claim: Claim<Spec>): readonly Exclusive[];
}

/** As much of a RunFunctionRequest as is read. Resources are looked up by key, so that only what is read is decoded. */
export interface Request {
  /** The observed composite resource; null when the request has none. */
  readonly composite: Observed | null;
  readonly observed: (key: string) => Observed | undefined;
  /** Whether anything that the claim composed is observed: its spec was accepted before. */
  readonly composedBefore: boolean;
  /** True where the claim is rendered as one that a cluster has had for long, so that all of its values stand. Crossplane says no such thing. */
  readonly stored?: boolean;
  readonly required: (key: string) => Lookup;
  /** Whether Crossplane can say which kinds are served: version 2.2 and later. */
  readonly knowsSchemas: boolean;
  /** Whether a schema was found for the kind asked for under this key; undefined when it was not looked up. */
  readonly served: (key: string) => boolean | undefined;
}

/** A message for the claim: a fatal one stops the reconcile, a warning becomes an event. */
export interface Result {
  readonly severity: 'fatal' | 'warning';
  readonly message: string;
}

/** As much of a RunFunctionResponse as is written. With a fatal result nothing else of it is applied. */
export interface Response {
  readonly results: readonly Result[];
  readonly conditions: readonly Condition[];
  readonly requirements: Readonly<Record<string, ResourceSelector>>;
  readonly schemas: Readonly<Record<string, ServedKind>>;
  readonly resources: readonly Composed[];
  /** `status` of the composite resource, or null to leave it alone. */
  readonly status: object | null;
  /** Seconds after which Crossplane calls again; 0 leaves it to watches. */
  readonly ttl: number;
}
