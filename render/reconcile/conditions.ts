import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { list, number, object, text } from '../../functions/composition/read.ts';

/** A status condition as Crossplane stores it. */
export interface StoredCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message?: string;
  readonly observedGeneration?: number;
  readonly lastTransitionTime: string;
}

/** What the Crossplane CLI prints in place of every time, so that rendering twice gives the same bytes. */
const renderTime = '2024-01-01T00:00:00Z';

/** Types that a function cannot set. */
const systemTypes: ReadonlySet<string> = new Set(['Ready', 'Synced', 'Healthy', 'UpToDate', 'Responsive']);

export function isSystemCondition(type: string): boolean {
  return systemTypes.has(type);
}

/** The conditions of `status.conditions`, without whatever else their author wrote. */
export function readConditions(status: Json | undefined): StoredCondition[] {
  return list(object(status).conditions).map((each) => {
    const { type, status, reason, message, observedGeneration } = object(each);
    return condition(text(type), text(status), text(reason), text(message), number(observedGeneration));
  });
}

export function condition(
  type: string,
  status: string,
  reason: string,
  message = '',
  observedGeneration = 0,
): StoredCondition {
  return {
    type,
    status,
    reason,
    lastTransitionTime: renderTime,
    ...(message === '' ? {} : { message }),
    ...(observedGeneration === 0 ? {} : { observedGeneration }),
  };
}

/** Replaces the condition of the same type where it stands, or appends; one that says the same is kept. */
export function withCondition(
  conditions: readonly StoredCondition[],
  added: StoredCondition,
): StoredCondition[] {
  const at = conditions.findIndex(({ type }) => type === added.type);
  const existing = conditions[at];
  if (existing === undefined) return [...conditions, added];
  return saysTheSame(existing, added) ? [...conditions] : conditions.with(at, added);
}

function saysTheSame(a: StoredCondition, b: StoredCondition): boolean {
  const generations = a.observedGeneration === undefined || b.observedGeneration === undefined;
  return (
    a.status === b.status &&
    a.reason === b.reason &&
    (a.message ?? '') === (b.message ?? '') &&
    (generations || a.observedGeneration === b.observedGeneration)
  );
}

/** Conditions as JSON, for `status.conditions`. */
export function conditionsJson(conditions: readonly StoredCondition[]): JsonObject[] {
  return conditions.map((each) => ({ ...each }));
}

/** At most three names, sorted, and how many more there are, as Crossplane lists what is not ready. */
export function someOf(names: readonly string[]): string {
  const sorted = names.toSorted();
  const first = sorted.slice(0, 3);
  if (sorted.length > 3) return `${first.join(', ')}, and ${sorted.length - 3} more`;
  if (sorted.length === 3) return `${first.slice(0, 2).join(', ')}, and ${first[2]}`;
  return first.join(', ');
}
