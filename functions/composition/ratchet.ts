import type { Condition, Problem, Response } from './contract.ts';
import type { SchemaProblem } from './schema.ts';

/**
 * The problems of a value, marked as standing if what the claim composed before has that very value. A newer version may
 * refuse what an older one took, and a claim that nobody has changed must not stop for it: so does the API server, which
 * leaves a stored value in peace until somebody changes it.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-ratcheting
 */
export function ratcheted(problems: readonly Problem[], unchanged: boolean): Problem[] {
  return problems.map((each) => (unchanged ? { ...each, stands: true } : each));
}

/** Whether one of these problems leaves nothing to compose; of a claim that is known to be in the cluster, none does. */
export function stops(problems: readonly Problem[], { stored }: { readonly stored?: boolean }): boolean {
  return stored !== true && problems.some(({ stands }) => stands !== true);
}

/**
 * The same for bounds of the schema. That the API server stores the claim means that it took the value, now or before; of the wrong
 * type, missing or twice in a list it never is, and could not be composed.
 */
export function ratchetedBounds(problems: readonly SchemaProblem[], composedBefore: boolean): Problem[] {
  return problems.map(({ path, message, rule }) => {
    const isBound = rule !== 'type' && rule !== 'required' && rule !== 'unique';
    return { path, message, ...(composedBefore && isBound ? { stands: true } : {}) };
  });
}

/** Says on the claim that it goes on with what a new claim could not have. */
export function standing(problems: readonly Problem[]): Pick<Response, 'results'> & { valid: Condition } {
  const accepted = { type: 'Valid', status: 'True' } as const;
  if (problems.length === 0) return { results: [], valid: { ...accepted, reason: 'SpecAccepted' } };
  const message = `goes on with what it was made with, and a new claim could not have: ${listed(problems)}`;
  return {
    results: [{ severity: 'warning', message }],
    valid: { ...accepted, reason: 'SpecStands', message },
  };
}

export function listed(problems: readonly Problem[]): string {
  return problems.map(({ path, message }) => `${path}: ${message}`).join('; ');
}
