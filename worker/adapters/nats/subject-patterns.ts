/**
 * Subjects with wildcards, as streams and consumers name them: `*` stands for one token, a last `>` for one or more.
 * https://docs.nats.io/nats-concepts/subjects
 */

/** Whether every subject that `inner` stands for is one that `outer` stands for. */
export function includes(outer: string, inner: string): boolean {
  const [wide, narrow] = [outer.split('.'), inner.split('.')];
  for (const [index, token] of wide.entries()) {
    const other = narrow[index];
    if (other === undefined) return false;
    if (token === '>') return true;
    if (other === '>') return false;
    if (token !== '*' && token !== other) return false;
  }
  return wide.length === narrow.length;
}

/** The pattern of the subjects that both stand for; undefined when there are none. */
export function overlap(one: string, other: string): string | undefined {
  const [a, b] = [one.split('.'), other.split('.')];
  const shared: string[] = [];
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const [left, right] = [a[index], b[index]];
    if (left === undefined || right === undefined) return undefined;
    if (left === '>') return [...shared, ...b.slice(index)].join('.');
    if (right === '>') return [...shared, ...a.slice(index)].join('.');
    if (left !== right && left !== '*' && right !== '*') return undefined;
    shared.push(left === '*' ? right : left);
  }
  return shared.join('.');
}
