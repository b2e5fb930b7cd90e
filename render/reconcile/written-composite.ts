import type { JsonObject, Observed, Response } from '../../functions/composition/contract.ts';
import { object, text } from '../../functions/composition/read.ts';
import type { Owner, Rendered } from './composed-resource.ts';
import { generationOf, readComposite, reference } from './composite-resource.ts';
import type { StoredCondition } from './conditions.ts';
import {
  condition,
  conditionsJson,
  isSystemCondition,
  readConditions,
  someOf,
  withCondition,
} from './conditions.ts';
import type { Event, Outcome } from './outcome.ts';

/** What the reconcile writes to the claim: references to what it composes, and status. */
export function writtenComposite(
  { apiVersion, kind, name, namespace }: Owner,
  observed: JsonObject,
  composed: readonly Rendered[],
  response: Response,
): JsonObject {
  const references = composed
    .map((each) => reference(each.object))
    .toSorted((a, b) => (sortText(a) < sortText(b) ? -1 : 1));
  const conditions = finalConditions(readConditions(observed.status), composed, response);
  return {
    apiVersion,
    kind,
    metadata: { name, ...(namespace === '' ? {} : { namespace }) },
    spec: { crossplane: { resourceRefs: references } },
    status: {
      ...(JSON.parse(JSON.stringify(response.status ?? {})) as JsonObject),
      conditions: conditionsJson(conditions),
    },
  };
}

function finalConditions(
  before: readonly StoredCondition[],
  composed: readonly Rendered[],
  response: Response,
): readonly StoredCondition[] {
  const own = response.conditions
    .filter(({ type }) => !isSystemCondition(type))
    .map(({ type, status, reason, message }) => condition(type, status, reason, message));
  const waits = composed.filter(({ readiness }) => !readiness.ready).map(({ key }) => key);
  const ready =
    waits.length === 0
      ? condition('Ready', 'True', 'Available')
      : condition('Ready', 'False', 'Creating', `Unready resources: ${someOf(waits)}`);
  return [...own, condition('Synced', 'True', 'ReconcileSuccess'), ready].reduce(withCondition, [...before]);
}

/**
 * The events of the reconcile. Crossplane walks an unordered map, so its messages about what is not ready come in
 * any order; here they are sorted.
 */
export function events(
  composition: { readonly name: string; readonly step: string },
  composed: readonly Rendered[],
  { results }: Response,
): Event[] {
  return [
    {
      type: 'Normal',
      reason: 'SelectComposition',
      message: `Successfully selected composition: ${composition.name}`,
    },
    ...results.map(({ message }): Event => ({
      type: 'Warning',
      reason: 'ComposeResources',
      message: `Pipeline step "${composition.step}": ${message}`,
    })),
    ...composed
      .filter(({ readiness }) => !readiness.ready)
      .map(({ key }): Event => ({
        type: 'Normal',
        reason: 'ComposeResources',
        message: `Composed resource "${key}" is not yet ready`,
      })),
  ];
}

/** Whether the claim's author asked Crossplane to leave it alone. */
export function isPaused(claim: JsonObject): boolean {
  return object(object(claim.metadata).annotations)['crossplane.io/paused'] === 'true';
}

/** Nothing is composed and nothing deleted: the claim says that it is paused, and that is all. */
export function paused(claim: JsonObject, owner: Owner, observed: readonly Observed[]): Outcome {
  const composite = readComposite(claim, owner, observed);
  const message = 'Reconciliation (including deletion) is paused via the pause annotation';
  const synced = condition('Synced', 'False', 'ReconcilePaused', message, generationOf(claim));
  const conditions = withCondition(readConditions(composite.status), synced);
  return {
    kind: 'reconciled',
    composite: {
      ...composite,
      status: { ...object(composite.status), conditions: conditionsJson(conditions) },
    },
    composed: [],
    deleted: [],
    events: [
      {
        type: 'Normal',
        reason: 'ReconciliationPaused',
        message: 'Reconciliation is paused via the pause annotation',
      },
    ],
    lookups: [],
  };
}

function sortText({ apiVersion, kind, name }: JsonObject): string {
  return [apiVersion, kind, name].map(text).join('');
}
