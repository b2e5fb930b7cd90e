import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject, World } from '../../functions/composition/contract.ts';
import type { reconcile } from '../../render/reconcile/reconcile.ts';
import { placeholderWorld } from '../../render/reconcile/world.ts';
import { readYaml } from '../../render/yaml/read.ts';
import { freePorts } from '../tools/ports.ts';
import { root } from './install.ts';
import { start } from './keep.ts';

type ReconcileOutcome = ReturnType<typeof reconcile>;

/** What `functionRef.name` in the Compositions says. */
export const functionName = 'bizmatters-function-zerotouch';

/** The objects in a file of the repository; none when there is no such file. */
export async function objectsIn(path: string): Promise<JsonObject[]> {
  const file = join(root, path);
  if (!existsSync(file)) return [];
  return readYaml(await readFile(file, 'utf8')).map(({ value }) => value as JsonObject);
}

/** Passwords, or tokens of workers, by the names of the Secrets that hold them. */
function passwordsIn(objects: readonly JsonObject[]): ReadonlyMap<string, string> {
  const secrets = objects.filter(({ kind }) => kind === 'Secret') as unknown as readonly {
    readonly metadata: { readonly name: string };
    readonly data?: { readonly password?: string; readonly token?: string };
  }[];
  return new Map(
    secrets.flatMap(({ metadata: { name }, data }) => {
      const password = data?.password ?? data?.token;
      return password === undefined ? [] : [[name, Buffer.from(password, 'base64').toString()]];
    }),
  );
}

function drawing(randomPassword: (draw: string) => string): World {
  let draws = 0;
  return { ...placeholderWorld(), randomPassword: () => randomPassword(`draw-${draws++}`) };
}

/**
 * Renders ours with the passwords that core's reconcile drew or kept. Which draw is for which Secret is seen by rendering once
 * with a mark for each.
 */
export function asDrawn(
  theirs: readonly JsonObject[],
  render: (world: World) => ReconcileOutcome,
): ReconcileOutcome {
  const marked = render(drawing((draw) => draw));
  if (marked.kind === 'fatal') return marked;
  const secretOf = new Map(
    [...passwordsIn(marked.composed.map(({ object }) => object))].map(([secret, draw]) => [draw, secret]),
  );
  const passwords = passwordsIn(theirs);
  return render(drawing((draw) => passwords.get(secretOf.get(draw) ?? '') ?? draw));
}

/**
 * Starts the function as `crossplane composition render` talks to it, in plain text, beside the one that core calls.
 * It ends with the engine.
 *
 * @returns its address
 */
export async function startRenderingFunction(dir: string, name: string): Promise<string> {
  const [port] = await freePorts(1);
  const address = `127.0.0.1:${port}`;
  const args = [join(root, 'functions/main.ts'), '--insecure', '--address', address];
  await start(dir, name, { file: process.execPath, args });
  return address;
}
