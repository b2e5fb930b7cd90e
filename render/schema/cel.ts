import { isDeepStrictEqual } from 'node:util';
import { Environment } from '@marcbachmann/cel-js';
import type { Json, Problem } from '../../functions/composition/contract.ts';
import { at, list, object, text } from '../../functions/composition/read.ts';
import { isObject } from '../../functions/composition/schema.ts';

/**
 * The rules of `x-kubernetes-validations` in a schema, judged as the API server judges them.
 *
 * What this library has not: Kubernetes' own functions (quantity, url, ip, cidr, format, find, sum, isSorted, …),
 * RE2 where it differs from JavaScript's expressions, and the API server's limit on what a rule may cost.
 * A rule that it cannot compile is reported, never passed over.
 * https://kubernetes.io/docs/reference/using-api/cel/
 */
const environment = new Environment({ unlistedVariablesAreDyn: false })
  .registerVariable('self', 'dyn')
  .registerVariable('oldSelf', 'dyn');

type Expression = ReturnType<Environment['parse']>;
const expressions = new Map<string, Expression>();

/** A rule that does not hold, or, not `judged`, one that cannot be evaluated for this value. */
export interface BrokenRule extends Problem {
  readonly judged: boolean;
}

/** A value, the schema it is said to fit, and the value that it replaces, if there is one. */
export interface Subject {
  readonly schema: Json | undefined;
  readonly value: Json | undefined;
  readonly old: Json | undefined;
  /** Where it stands; empty for the whole object. */
  readonly path: string;
}

/**
 * Every rule that does not hold, of the value and of everything in it. Rules about a change need an old value, and a value that has
 * not changed breaks none.
 */
export function brokenRules({ schema, value, old, path }: Subject): BrokenRule[] {
  if (value === undefined || value === null) return [];
  if (old !== undefined && isDeepStrictEqual(value, old)) return [];
  const own = list(at(schema, 'x-kubernetes-validations')).flatMap((rule) =>
    judge(rule, { schema, value, old, path }),
  );
  return [...own, ...children({ schema, value, old, path }).flatMap(brokenRules)];
}

/** The rules that this library cannot compile, each with the reason. */
export function uncompilable(schema: Json | undefined, path: string): Problem[] {
  const own = list(at(schema, 'x-kubernetes-validations')).flatMap((rule) => {
    const source = text(at(rule, 'rule'));
    const result = environment.check(source);
    return result.valid
      ? []
      : [{ path, message: `cannot judge the rule ${source}: ${firstLine(result.error)}` }];
  });
  const properties = Object.entries(object(at(schema, 'properties')));
  const inner: [string, Json | undefined][] = [
    ...properties.map(([name, each]): [string, Json] => [joined(path, name), each]),
    [`${path}[]`, at(schema, 'items')],
    [`${path}.*`, at(schema, 'additionalProperties')],
  ];
  return [...own, ...inner.flatMap(([name, each]) => (isObject(each) ? uncompilable(each, name) : []))];
}

function judge(rule: Json, { schema, value, old, path }: Subject): BrokenRule[] {
  const source = text(at(rule, 'rule'));
  const transition = /\boldSelf\b/.test(source);
  if (transition && (old === undefined || old === null)) return [];
  const variables = {
    self: toCel(schema, value),
    ...(transition ? { oldSelf: toCel(schema, old) } : {}),
  };
  // A rule of the whole object is about its name: nothing else of metadata is there to speak of.
  const where = `${path}${text(at(rule, 'fieldPath'))}` || 'metadata.name';
  const message = text(at(rule, 'message')) || `does not hold: ${source}`;
  try {
    return expression(source)(variables) === true ? [] : [{ path: where, message, judged: true }];
  } catch (error) {
    const reason = `cannot judge the rule ${source}: ${firstLine(error)}`;
    return [{ path: where, message: reason, judged: false }];
  }
}

function expression(source: string): Expression {
  const known = expressions.get(source);
  if (known !== undefined) return known;
  const made = environment.parse(source);
  expressions.set(source, made);
  return made;
}

function children({ schema, value, old, path }: Subject): Subject[] {
  const items = at(schema, 'items');
  if (Array.isArray(value))
    return value.map((member, index) => ({
      schema: items,
      value: member,
      old: correlated(schema, member, old),
      path: `${path}[${index}]`,
    }));
  if (!isObject(value)) return [];
  const entries = at(schema, 'additionalProperties');
  const before = object(old);
  return Object.entries(value).map(([name, each]) => ({
    schema: at(schema, 'properties', name) ?? entries,
    value: each,
    old: Object.hasOwn(before, name) ? before[name] : undefined,
    path: joined(path, name),
  }));
}

/** The member of the old list with the same keys. Members of other lists have no past. */
function correlated(schema: Json | undefined, member: Json, old: Json | undefined): Json | undefined {
  const keys = list(at(schema, 'x-kubernetes-list-map-keys')).map(text);
  if (at(schema, 'x-kubernetes-list-type') !== 'map') return undefined;
  return list(old).find((each) => keys.every((key) => at(each, key) === at(member, key)));
}

/** CEL tells whole numbers from others, which JSON does not; fields that no schema knows are not there. */
function toCel(schema: Json | undefined, value: Json | undefined): unknown {
  if (typeof value === 'number')
    return at(schema, 'type') === 'integer' && Number.isFinite(value) ? BigInt(Math.trunc(value)) : value;
  if (Array.isArray(value)) return value.map((member) => toCel(at(schema, 'items'), member));
  if (!isObject(value)) return value;
  const entries = at(schema, 'additionalProperties');
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) => {
      const property = at(schema, 'properties', name);
      const known = property ?? entries;
      if (known === undefined || each === null) return [];
      const converted = toCel(known, each);
      const names = property === undefined ? [name] : new Set([name, celName(name)]);
      return [...names].map((each) => [each, converted]);
    }),
  );
}

/** Words that CEL keeps to itself. */
const reserved: ReadonlySet<string> = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

/**
 * How a rule writes the name of a field that is no name in CEL. The API server knows the plain name too, but not its
 * type, so that comparing two of them counts as costly beyond all bounds.
 */
function celName(name: string): string {
  if (reserved.has(name)) return `__${name}__`;
  return name
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__');
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function firstLine(error: unknown): string {
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
}
