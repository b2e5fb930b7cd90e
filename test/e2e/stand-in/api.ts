import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '../../../functions/composition/contract.ts';
import { text } from '../../../functions/composition/read.ts';

/** Where a Pod has its token; somewhere else where a stand-in runs without one. */
const folder = process.env['SERVICE_ACCOUNT'] ?? '/var/run/secrets/kubernetes.io/serviceaccount';
const host = `https://${process.env['KUBERNETES_SERVICE_HOST']}:${process.env['KUBERNETES_SERVICE_PORT']}`;

async function answerTo(method: string, path: string, body?: object): Promise<Response> {
  const type = method === 'PATCH' ? 'application/apply-patch+yaml' : 'application/json';
  return fetch(`${host}${path}`, {
    method,
    headers: { authorization: `Bearer ${await readFile(`${folder}/token`, 'utf8')}`, 'content-type': type },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function read(answer: Response, what: string): Promise<JsonObject> {
  const said = (await answer.json()) as JsonObject;
  if (!answer.ok) throw new Error(`cannot ${what}: ${text(said['message'])}`);
  return said;
}

/** An object of the cluster, or a list, asked for with the ServiceAccount of the Pod. */
export async function get(path: string): Promise<JsonObject> {
  return read(await answerTo('GET', path), `get ${path}`);
}

/** The same, and undefined where there is none. */
export async function find(path: string): Promise<JsonObject | undefined> {
  const answer = await answerTo('GET', path);
  return answer.status === 404 ? undefined : read(answer, `get ${path}`);
}

/** Server-side apply, in place of whatever another manager says. */
export async function apply(path: string, object: object): Promise<JsonObject> {
  return read(await answerTo('PATCH', `${path}?fieldManager=stand-in&force=true`, object), `apply ${path}`);
}

/** Looks once a second, whatever comes of it: an operator does not end. */
export async function operate(look: () => Promise<void>): Promise<never> {
  for (;;) {
    await look().catch((error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
    });
    await sleep(1_000);
  }
}
