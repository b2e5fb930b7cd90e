import type { IEnvVar as EnvVar } from 'kubernetes-models/v1/EnvVar';
import type { Problem } from '../composition/contract.ts';

/** An environment variable as claims write it. */
export interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly secretKeyRef?: { readonly name: string; readonly key: string };
}

/** The variables of a claim's `env` for a container. */
export function containerVariables(variables: readonly Variable[] = []): EnvVar[] {
  return variables.map(({ name, value, secretKeyRef }) =>
    secretKeyRef === undefined
      ? { name, value: value ?? '' }
      : fromSecret(name, secretKeyRef.name, secretKeyRef.key),
  );
}

/** A variable that comes from a key of a Secret. No reference is optional: a Pod without its secrets must not start and say so. */
export function fromSecret(name: string, secret: string, key: string): EnvVar {
  return { name, valueFrom: { secretKeyRef: { name: secret, key } } };
}

/** A variable that has no value, or two. */
export function checkVariable(path: string, { value, secretKeyRef }: Variable): Problem[] {
  if ((value === undefined) !== (secretKeyRef === undefined)) return [];
  return [{ path, message: 'exactly one of value and secretKeyRef is needed' }];
}
