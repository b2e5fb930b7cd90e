import { setTimeout as sleep } from 'node:timers/promises';
import type { Api, Draft, Live } from './api.ts';
import { composedOf, valuesOf } from './composed.ts';
import { claim, newNamespace, settled } from './claims.ts';
import { operate } from './operators.ts';
import { until } from './until.ts';

/** The Secret of a database or a cache. */
export function secretOf({ metadata }: Draft | Live) {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: `${metadata.name}-conn`, namespace: metadata.namespace ?? '' },
  };
}

/** The password in it, as soon as there is one. */
export async function passwordOf(api: Api, draft: Draft): Promise<string> {
  const secret = await until('there is a password', () => api.find(secretOf(draft)));
  return valuesOf(secret)['password'] ?? '';
}

/** Looks again and again; `seen` has every password there was, in order. */
export function watchPassword(
  api: Api,
  draft: Draft,
): AsyncDisposable & { readonly seen: readonly string[] } {
  const seen: string[] = [];
  let isOver = false;
  const loop = (async () => {
    while (!isOver) {
      const secret = await api.find(secretOf(draft)).catch(() => undefined);
      const password = valuesOf(secret)['password'];
      if (password !== undefined && seen.at(-1) !== password) seen.push(password);
      await sleep(10);
    }
  })();
  return {
    seen,
    async [Symbol.asyncDispose]() {
      isOver = true;
      await loop;
    },
  };
}

/** A claim that is Ready, in a namespace of its own. */
export async function readyClaim(
  api: Api,
  kind: 'PostgresInstance' | 'DragonflyInstance' = 'PostgresInstance',
): Promise<Draft> {
  const draft = claim(kind, await newNamespace(api, 'password'), 'orders');
  await api.apply(draft);
  await using _ = operate(api, draft.metadata.namespace);
  await settled(api, draft, 'Ready', 'True');
  return draft;
}

/** An edit that core must act upon, and the wait for it: what it has done before is then done too. */
export async function reconciled(api: Api, draft: Draft, storageGB: number): Promise<void> {
  await api.patch(draft, { spec: { storageGB } });
  const live = await api.get(draft);
  await until(
    'core has acted on the edit',
    async () => {
      const cluster = (await composedOf(api, live)).get('cluster');
      return (
        (cluster?.['spec'] as { storage?: { size: string } } | undefined)?.storage?.size === `${storageGB}Gi`
      );
    },
    { seconds: 90 },
  );
}
