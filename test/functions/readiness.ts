import { expect } from 'vitest';
import type { JsonObject, Observed } from '../../functions/composition/contract.ts';
import { call, claim } from './call.ts';

/** A condition as a controller writes it when all is well. */
export const isTrue = (type: string) => ({ type, status: 'True', reason: 'Fine', message: 'fine' });

/** A condition as a controller writes it when it is not. */
export const isFalse = (type: string, message = 'not fine', reason = 'Broken') => ({
  type,
  status: 'False',
  reason,
  message,
});

/** A state of the object behind a claim, and what the claim says of it. */
export interface State {
  readonly reason: string;
  /** Of the claim. */
  readonly spec?: JsonObject;
  /** Of the object, which is not there when this is absent. */
  readonly status?: JsonObject;
  readonly phase: string;
  readonly says: RegExp;
}

/** What every object goes through before its operator knows it. */
export const unseen: readonly State[] = [
  { reason: 'not made yet', phase: 'Pending', says: /being made/ },
  { reason: 'no operator has seen it', status: {}, phase: 'Provisioning', says: /has not reported/ },
];

/** A kind whose readiness is that of one object. */
interface Kind {
  readonly kind: 'PostgresInstance' | 'DragonflyInstance';
  /** Of the object among the composed resources. */
  readonly key: string;
  /** In which the claim tells of the object. */
  readonly condition: string;
  /** Of the Secret with the credentials. */
  readonly secretType: string;
}

interface Told {
  readonly status: unknown;
  readonly ready: boolean | undefined;
  readonly condition: string | undefined;
  readonly ttl: number;
}

/** What a claim says when its object is in this state. */
export function told({ kind, key, condition, secretType }: Kind, { spec = {}, status }: State): Told {
  const conn = {
    metadata: { annotations: { 'zerotouch.bizmatters.io/credentials-revision': '1' } },
    data: { password: 'cGFzcw==' },
    type: secretType,
  };
  const observed: Record<string, Observed> = status === undefined ? {} : { conn, [key]: { status } };
  const response = call(claim(kind, spec), { observed, required: { conn } });
  return {
    status: response.status,
    ready: response.resources.find((each) => each.key === key)?.readiness.ready,
    condition: response.conditions.find(({ type }) => type === condition)?.status,
    ttl: response.ttl,
  };
}

/** What it should say: it is ready in the phase of that name, and looked at again in any other. */
export function wanted({ phase, says }: State): Told {
  const ready = phase === 'Ready';
  return {
    status: expect.objectContaining({ phase, message: expect.stringMatching(says) }),
    ready,
    condition: ready ? 'True' : 'False',
    ttl: ready ? 0 : 15,
  };
}
