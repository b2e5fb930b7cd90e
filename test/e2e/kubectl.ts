import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { list, object, text } from '../../functions/composition/read.ts';
import { run } from './shell.ts';
import { kubectlProgram } from './tools.ts';

/** An object of the cluster. Read it with the functions of `functions/composition/read.ts`. */
export type Live = JsonObject;

/** Which object, in the words of kubectl: `postgresinstance/orders` in a namespace. */
export interface Ref {
  /** `KIND/NAME`; the kind may be qualified, as in `cluster.postgresql.cnpg.io/orders`. */
  readonly of: string;
  /** None for what belongs to no namespace. */
  readonly in?: string;
}

/** A cluster as kubectl sees it: real kubectl, so that the story is what a person would type. */
export class Kubectl {
  readonly kubeconfig: string;
  readonly #program: string;
  readonly #cache: string;
  readonly #env: NodeJS.ProcessEnv;

  private constructor(program: string, kubeconfig: string, cache: string) {
    this.#program = program;
    this.kubeconfig = kubeconfig;
    this.#cache = cache;
    // Its cache of kinds goes by address, and another cluster may have had this one's.
    this.#env = { KUBECONFIG: kubeconfig, KUBECACHEDIR: cache };
  }

  static async of(kubeconfig: string): Promise<Kubectl> {
    const cache = await mkdtemp(join(tmpdir(), 'zerotouch-kubectl-'));
    return new Kubectl(await kubectlProgram(), kubeconfig, cache);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#cache, { recursive: true, force: true });
  }

  /** Any command; gives what it printed. */
  async run(
    args: readonly string[],
    how: { readonly input?: string; readonly seconds?: number } = {},
  ): Promise<string> {
    return run(this.#program, args, { ...how, env: this.#env });
  }

  async find(ref: Ref): Promise<Live | undefined> {
    const printed = await this.run(['get', ref.of, ...scope(ref.in), '--ignore-not-found', '-o', 'json']);
    return printed === '' ? undefined : parse(printed);
  }

  async get(ref: Ref): Promise<Live> {
    return parse(await this.run(['get', ref.of, ...scope(ref.in), '-o', 'json']));
  }

  /** All objects of these kinds, separated by commas; in all namespaces when none is given. */
  async list(kinds: string, where: { readonly in?: string; readonly labels?: string } = {}): Promise<Live[]> {
    const selector = where.labels === undefined ? [] : ['-l', where.labels];
    const namespace = where.in === undefined ? ['-A'] : scope(where.in);
    const found = await this.run([
      'get',
      kinds,
      ...namespace,
      ...selector,
      '--ignore-not-found',
      '-o',
      'json',
    ]);
    return found === '' ? [] : list(parse(found)['items']).map(object);
  }

  /** Their names in a namespace, as `kind/name`. */
  async names(kinds: string, namespace: string, labels?: string): Promise<string[]> {
    const selector = labels === undefined ? [] : ['-l', labels];
    const printed = await this.run(['get', kinds, '-n', namespace, ...selector, '-o', 'name']);
    return printed.split('\n').filter((name) => name !== '');
  }

  /** Applies YAML, or objects. */
  async apply(what: string | readonly object[]): Promise<void> {
    const input =
      typeof what === 'string' ? what : JSON.stringify({ apiVersion: 'v1', kind: 'List', items: what });
    await this.run(['apply', '-f', '-'], { input });
  }

  async patch(ref: Ref, merge: JsonObject): Promise<void> {
    await this.run(['patch', ref.of, ...scope(ref.in), '--type', 'merge', '-p', JSON.stringify(merge)]);
  }

  /** Asks for the deletion and returns at once. */
  async remove(ref: Ref, ...options: readonly string[]): Promise<void> {
    await this.run(['delete', ref.of, ...scope(ref.in), '--ignore-not-found', '--wait=false', ...options]);
  }

  /** Runs a command in a Pod, with `input` on its standard input. */
  async exec(pod: string, namespace: string, command: readonly string[], input = ''): Promise<string> {
    return this.run(['exec', '-i', ...scope(namespace), pod, '--', ...command], { input, seconds: 600 });
  }

  async logs(pod: string, namespace: string, ...options: readonly string[]): Promise<string> {
    return this.run(['logs', ...scope(namespace), pod, ...options]);
  }

  /** What a Pod answers to GET over HTTP, asked through the API server. */
  async ask(pod: string, namespace: string, port: number, path: string): Promise<JsonObject> {
    const url = `/api/v1/namespaces/${namespace}/pods/${pod}:${port}/proxy${path}`;
    return parse(await this.run(['get', '--raw', url]));
  }
}

function scope(namespace: string | undefined): string[] {
  return namespace === undefined ? [] : ['-n', namespace];
}

/** kubectl prints one JSON object for what it is asked here, or fails. */
function parse(printed: string): JsonObject {
  return JSON.parse(printed) as JsonObject;
}

/** `Kind/name`, to be read by people. */
export function nameOf(live: Live): string {
  return `${text(live['kind'])}/${text(object(live['metadata'])['name'])}`;
}
