import { randomBytes } from 'node:crypto';
import { kindNamed } from '../claims/offers.ts';
import type { Api, Draft, Live, Ref } from './api.ts';
import { condition } from './install.ts';
import { until } from './until.ts';

/** A namespace of the test's own. */
export async function newNamespace(api: Api, prefix: string): Promise<string> {
  const name = `${prefix}-${randomBytes(3).toString('hex')}`;
  await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  return name;
}

/** A claim of the kind. */
export function claim(kind: string, namespace: string, name: string, spec: object = {}): Draft {
  return { apiVersion: kindNamed(kind).apiVersion, kind, metadata: { name, namespace }, spec };
}

/** Waits for a condition of the claim, and gives the claim. */
export async function settled(
  api: Api,
  ref: Ref,
  type: string,
  status: 'True' | 'False',
  seconds = 120,
): Promise<Live> {
  let last: Live | undefined;
  return until(
    `${ref.kind} ${ref.metadata.name} has ${type}=${status}`,
    async () => {
      last = await api.find(ref);
      return condition(last, type)?.status === status ? last : undefined;
    },
    { seconds, describe: () => last?.['status'] ?? 'it has no status' },
  );
}

/** Waits until the object is gone. */
export async function gone(api: Api, ref: Ref, seconds = 120): Promise<void> {
  await until(`${ref.kind} ${ref.metadata.name} is gone`, async () => (await api.find(ref)) === undefined, {
    seconds,
  });
}

/** Makes core reconcile the claim, without a change of what is wanted. */
export async function touch(api: Api, ref: Ref): Promise<void> {
  const round = randomBytes(4).toString('hex');
  await api.patch(ref, { metadata: { annotations: { 'engine-test/round': round } } });
}
