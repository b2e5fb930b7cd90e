/** Whether an object has all that another has, as `@>` of PostgreSQL. */
export function holds(one: unknown, other: unknown): boolean {
  if (Array.isArray(other))
    return Array.isArray(one) && other.every((wanted) => one.some((each) => holds(each, wanted)));
  if (typeof other !== 'object' || other === null) return one === other;
  const members = Object.entries(other);
  return isRecord(one) && members.every(([key, value]) => key in one && holds(one[key], value));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
