import { REFUSED } from '../../command-line/exit-code.ts';
import { Failure } from '../../command-line/failure.ts';
import type {
  Json,
  JsonObject,
  Observed,
  ResourceSelector,
  ServedKind,
} from '../../functions/composition/contract.ts';
import { list, object, text } from '../../functions/composition/read.ts';
import { Gathered } from './gathered.ts';
import type { Waiting } from './gathered.ts';
import type { Asking } from './proxy.ts';

/** A kind as the API server serves it. */
interface Served {
  readonly plural: string;
  readonly namespaced: boolean;
}

/** Objects in one list of the API server; the rest is asked for by what it says of where to go on. */
const page = 500;

/** So many objects of one kind in one namespace are cheaper to list than to ask for. */
const enoughForList = 10;

/** Reads from a cluster, each thing once. What may not be read ends the command: nothing is guessed. */
export class Cluster {
  readonly #api: Asking;
  readonly #kinds = new Map<string, Promise<ReadonlyMap<string, Served>>>();
  readonly #objects = new Map<string, Promise<Observed | undefined>>();
  readonly #finding = new Gathered<ResourceSelector, Observed | undefined>((waiting) => {
    const places = Map.groupBy(waiting, ({ question: { apiVersion, kind, namespace } }) =>
      [apiVersion, kind, namespace].join('\0'),
    );
    for (const together of places.values()) this.#findTogether(together);
  });

  constructor(api: Asking) {
    this.#api = api;
  }

  /** The version of Kubernetes: `v1.35.3`. Throws a Failure when the cluster does not answer, or not to this user. */
  async version(): Promise<string> {
    return text(object(await this.#read('/version', 'reach the cluster')).gitVersion);
  }

  /** Whether the cluster serves any kind of an API group. */
  async servesGroup(group: string): Promise<boolean> {
    return (await this.#read(`/apis/${group}`, `ask the cluster for ${group}`)) !== undefined;
  }

  /** Whether the cluster serves a kind, as an operator that is installed makes it do. */
  async serves({ apiVersion, kind }: ServedKind): Promise<boolean> {
    return (await this.#servedIn(apiVersion)).has(kind);
  }

  /** An object, or undefined when there is none, or no such kind. */
  find(selector: ResourceSelector): Promise<Observed | undefined> {
    const key = keyOf(selector);
    const known = this.#objects.get(key) ?? this.#finding.ask(selector);
    this.#objects.set(key, known);
    return known;
  }

  /** All objects of a kind, in one namespace or in all; none when it is not served. */
  async list({ apiVersion, kind }: ServedKind, namespace?: string, label?: string): Promise<Observed[]> {
    const served = (await this.#servedIn(apiVersion)).get(kind);
    if (served === undefined) return [];
    const where = namespace === undefined || !served.namespaced ? '' : `namespaces/${namespace}/`;
    const query = label === undefined ? '' : `&labelSelector=${encodeURIComponent(label)}`;
    const found: Observed[] = [];
    let rest = '';
    do {
      const path = `${baseOf(apiVersion)}/${where}${served.plural}?limit=${page}${query}${rest}`;
      const answer = object(await this.#read(path, `list ${kind} in ${namespace ?? 'all namespaces'}`));
      found.push(...list(answer.items).map((item) => ({ ...object(item), apiVersion, kind })));
      const next = text(object(answer.metadata).continue);
      rest = next === '' ? '' : `&continue=${encodeURIComponent(next)}`;
    } while (rest !== '');
    for (const each of found) {
      const { name, namespace: place } = object(each.metadata);
      const key = keyOf({ apiVersion, kind, name: text(name), namespace: text(place) });
      this.#objects.set(key, Promise.resolve(each));
    }
    return found;
  }

  /** One list for many of one kind in one namespace; one by one where they are few, or where lists are not allowed. */
  #findTogether(waiting: readonly Waiting<ResourceSelector, Observed | undefined>[]): void {
    const [first] = waiting;
    if (first === undefined) return;
    const { apiVersion, kind, namespace } = first.question;
    const oneByOne = () => {
      for (const each of waiting) each.answer(this.#fetch(each.question));
    };
    if (waiting.length < enoughForList) return oneByOne();
    void this.list({ apiVersion, kind }, namespace === '' ? undefined : namespace).then((found) => {
      const byName = new Map(found.map((each) => [text(object(each.metadata).name), each]));
      for (const each of waiting) each.answer(byName.get(each.question.name));
    }, oneByOne);
  }

  async #fetch({ apiVersion, kind, name, namespace }: ResourceSelector): Promise<Observed | undefined> {
    const served = (await this.#servedIn(apiVersion)).get(kind);
    if (served === undefined) return undefined;
    const where = served.namespaced ? `namespaces/${namespace}/` : '';
    const path = `${baseOf(apiVersion)}/${where}${served.plural}/${encodeURIComponent(name)}`;
    const answer = await this.#read(path, `read ${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`);
    return answer === undefined ? undefined : object(answer);
  }

  #servedIn(apiVersion: string): Promise<ReadonlyMap<string, Served>> {
    const known = this.#kinds.get(apiVersion) ?? this.#discover(apiVersion);
    this.#kinds.set(apiVersion, known);
    return known;
  }

  async #discover(apiVersion: string): Promise<ReadonlyMap<string, Served>> {
    const answer = object(
      await this.#read(baseOf(apiVersion), `ask the cluster for the kinds of ${apiVersion}`),
    );
    return new Map(
      list(answer.resources)
        .map(object)
        .filter(({ name }) => !text(name).includes('/'))
        .map(({ kind, name, namespaced }) => [
          text(kind),
          { plural: text(name), namespaced: namespaced === true },
        ]),
    );
  }

  /** What is there, or undefined when nothing is. */
  async #read(path: string, what: string): Promise<Json | undefined> {
    const { status, body } = await this.#api.get(path);
    if (status === 404) return undefined;
    if (status === 200) return JSON.parse(body) as Json;
    throw new Failure(`cannot ${what}: ${reasonIn(body) || `the API server answers ${status}`}`, REFUSED);
  }
}

/** The API server's own sentence. */
function reasonIn(body: string): string {
  try {
    return text((JSON.parse(body) as JsonObject).message);
  } catch {
    return body.trim();
  }
}

function baseOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function keyOf({ apiVersion, kind, namespace, name }: ResourceSelector): string {
  return [apiVersion, kind, namespace, name].join('\0');
}
