import { Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import type { JsonObject } from '../../functions/composition/contract.ts';

/** How to reach an API server as somebody. */
export interface Access {
  readonly host: string;
  readonly port: number;
  /** PEM of the authority of its certificate. */
  readonly ca: string;
  readonly token: string;
}

/** Somebody for whom an administrator speaks. */
export interface Person {
  readonly user: string;
  readonly groups: readonly string[];
}

/** An object as the API server has it. */
export interface Live {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly uid: string; readonly controller?: boolean }[];
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
  };
  // Whatever the kind has; tests know what they ask for and fail when it is not there.
  readonly [field: string]: unknown;
}

/** An object to be written. */
export interface Draft {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** Which object: enough to find it. */
export type Ref = Pick<Draft, 'apiVersion' | 'kind'> & {
  readonly metadata: { readonly name: string; readonly namespace?: string };
};

/** One reason for which the API server refuses an object: a field path, and its own words. */
export interface Cause {
  readonly field: string;
  readonly message: string;
}

/** An answer of the API server that is no success; `message` is the server's own. */
export class ApiError extends Error {
  readonly status: number;
  readonly causes: readonly Cause[];
  constructor(status: number, message: string, causes: readonly Cause[] = []) {
    super(message);
    this.status = status;
    this.causes = causes;
  }
}

/** Kubernetes' API over HTTPS, as much as tests need: any kind, found by discovery. */
export class Api {
  readonly #access: Access;
  readonly #person: Person | undefined;
  readonly #agent: Agent;
  readonly #plurals = new Map<string, { plural: string; namespaced: boolean }>();

  /** @param person whose rights count in place of those of `access` */
  constructor(access: Access, person?: Person) {
    this.#access = access;
    this.#person = person;
    this.#agent = new Agent({ keepAlive: true, ca: access.ca, maxSockets: 16 });
  }

  /** One request; the body is JSON whatever `type` says, as JSON is YAML. */
  async call(method: string, path: string, body?: unknown, type = 'application/json'): Promise<JsonObject> {
    const { host, port, token } = this.#access;
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': type,
      accept: 'application/json',
      ...(this.#person && {
        'impersonate-user': this.#person.user,
        'impersonate-group': [...this.#person.groups],
      }),
    };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const call = request({ host, port, path, method, headers, agent: this.#agent }, resolve);
      call.setTimeout(120_000, () => call.destroy(new Error(`no answer to ${method} ${path} within 120 s`)));
      call.on('error', reject);
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
    const answer = await text(response);
    const status = response.statusCode ?? 0;
    if (!answer.startsWith('{')) {
      if (status < 300) return {};
      throw new ApiError(status, answer);
    }
    const parsed = JSON.parse(answer) as JsonObject;
    if (status < 300) return parsed;
    const refusal = parsed as { message?: string; details?: { causes?: Cause[] } };
    throw new ApiError(status, refusal.message ?? answer, refusal.details?.causes);
  }

  /** The path of a kind's collection, or of one object. */
  async path({
    apiVersion,
    kind,
    metadata,
  }: Pick<Draft, 'apiVersion' | 'kind'> & { metadata: Partial<Ref['metadata']> }): Promise<string> {
    const base = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const key = `${base}/${kind}`;
    if (!this.#plurals.has(key)) {
      const { resources } = (await this.call('GET', base)) as unknown as {
        resources: { name: string; kind: string; namespaced: boolean }[];
      };
      for (const found of resources.filter(({ name }) => !name.includes('/'))) {
        this.#plurals.set(`${base}/${found.kind}`, { plural: found.name, namespaced: found.namespaced });
      }
    }
    const known = this.#plurals.get(key);
    if (!known) throw new ApiError(404, `no kind ${kind} in ${apiVersion}`);
    const inside = known.namespaced && metadata.namespace ? `/namespaces/${metadata.namespace}` : '';
    return `${base}${inside}/${known.plural}${metadata.name ? `/${metadata.name}` : ''}`;
  }

  async get(ref: Ref): Promise<Live> {
    return (await this.call('GET', await this.path(ref))) as unknown as Live;
  }

  /** The object, or undefined when there is none. */
  async find(ref: Ref): Promise<Live | undefined> {
    return this.get(ref).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 404) return undefined;
      throw error;
    });
  }

  /** Every object of a kind, in one namespace or in all; `query` as in `?labelSelector=a%3Db`. */
  async list(apiVersion: string, kind: string, namespace?: string, query = ''): Promise<Live[]> {
    const path = await this.path({ apiVersion, kind, metadata: namespace ? { namespace } : {} });
    const { items } = (await this.call('GET', path + query)) as unknown as { items: Live[] };
    return items.map((item) => ({ ...item, apiVersion, kind }));
  }

  /** Server-side apply with strict field validation, as a GitOps tool does it. */
  async apply(
    draft: Draft,
    { subresource = '', dryRun = false, manager = 'engine-test' } = {},
  ): Promise<Live> {
    const query = `?fieldManager=${manager}&force=true&fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`;
    const path = `${await this.path(draft)}${subresource && `/${subresource}`}${query}`;
    return (await this.call('PATCH', path, draft, 'application/apply-patch+yaml')) as unknown as Live;
  }

  /** Creates, with strict field validation, as `kubectl create` does. */
  async create(draft: Draft, { dryRun = false } = {}): Promise<Live> {
    const { name: _, ...place } = draft.metadata;
    const query = `?fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`;
    return (await this.call(
      'POST',
      `${await this.path({ ...draft, metadata: place })}${query}`,
      draft,
    )) as unknown as Live;
  }

  /** JSON merge patch. */
  async patch(ref: Ref, patch: object, subresource = ''): Promise<Live> {
    const path = `${await this.path(ref)}${subresource && `/${subresource}`}`;
    return (await this.call('PATCH', path, patch, 'application/merge-patch+json')) as unknown as Live;
  }

  async delete(
    ref: Ref,
    propagationPolicy: 'Background' | 'Foreground' | 'Orphan' = 'Background',
  ): Promise<void> {
    await this.call('DELETE', `${await this.path(ref)}?propagationPolicy=${propagationPolicy}`);
  }

  /** Plain text, such as /readyz or /metrics; the status decides. */
  async isReady(): Promise<boolean> {
    return this.call('GET', '/readyz').then(
      () => true,
      () => false,
    );
  }
}
