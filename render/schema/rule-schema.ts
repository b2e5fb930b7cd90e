import { Environment } from '@marcbachmann/cel-js';
import type { ASTNode } from '@marcbachmann/cel-js';
import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { at } from '../../functions/composition/read.ts';

const environment = new Environment();

/**
 * A rule of CEL as a JSON Schema (draft-07) of the value that it is about, or undefined where a schema cannot say it: what
 * compares two fields, and what compares with an older value. What `has` is asked of must have no default, since a schema sees
 * the claim as it was written.
 */
export function ruleSchema(rule: string, schema: Json | undefined): JsonObject | undefined {
  return said(environment.parse(rule).ast, schema);
}

function said(node: ASTNode, schema: Json | undefined): JsonObject | undefined {
  const below = (each: ASTNode) => said(each, schema);
  if (node.op === '!_') return negated(below(node.args));
  if (node.op === '&&') return both('allOf', node.args.map(below));
  if (node.op === '||') return both('anyOf', node.args.map(below));
  if (node.op === '==' || node.op === '!=') return compared(node.op, node.args, schema);
  if (node.op === '<=') return sized(node.args);
  if (node.op === 'in') return within(pathOf(node.args[0]), { enum: literals(node.args[1]) });
  if (node.op === 'call') return node.args[0] === 'has' ? present(node.args[1][0], schema) : undefined;
  return node.op === 'rcall' ? called(...node.args) : undefined;
}

function negated(schema: JsonObject | undefined): JsonObject | undefined {
  return schema === undefined ? undefined : { not: schema };
}

function both(word: 'allOf' | 'anyOf', schemas: (JsonObject | undefined)[]): JsonObject | undefined {
  return schemas.includes(undefined) ? undefined : { [word]: schemas.flatMap((each) => each ?? []) };
}

/** Either a path with a literal, or one condition with another. */
function compared(
  op: '==' | '!=',
  [left, right]: [ASTNode, ASTNode],
  schema: Json | undefined,
): JsonObject | undefined {
  if (right.op === 'value') {
    const equal = within(pathOf(left), { const: literal(right) ?? null });
    return op === '==' ? equal : negated(equal);
  }
  const [one, other] = [said(left, schema), said(right, schema)];
  if (one === undefined || other === undefined) return undefined;
  const exactlyOne = { oneOf: [one, other] };
  return op === '!=' ? exactlyOne : { not: exactlyOne };
}

/** `self.name.size() <= 52` */
function sized([left, right]: [ASTNode, ASTNode]): JsonObject | undefined {
  const most = literal(right);
  if (left.op !== 'rcall' || left.args[0] !== 'size' || typeof most !== 'number') return undefined;
  return within(pathOf(left.args[1]), { maxLength: most });
}

function called(name: string, receiver: ASTNode, args: ASTNode[]): JsonObject | undefined {
  const [first] = args;
  const text = first === undefined ? undefined : literal(first);
  if (typeof text !== 'string') return undefined;
  const escaped = text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
  const patterns: Readonly<Record<string, string>> = {
    matches: text,
    startsWith: `^${escaped}`,
    endsWith: `${escaped}$`,
  };
  const pattern = patterns[name];
  return pattern === undefined ? undefined : within(pathOf(receiver), { pattern });
}

function present(node: ASTNode | undefined, schema: Json | undefined): JsonObject | undefined {
  const path = node === undefined ? undefined : pathOf(node);
  const field = path?.at(-1);
  if (path === undefined || field === undefined) return undefined;
  const steps = path.flatMap((name) => ['properties', name]);
  if (at(schema, ...steps, 'default') !== undefined) return undefined;
  const around = path.slice(0, -1);
  const inside: JsonObject = { required: [field] };
  return around.length === 0 ? inside : { ...within(around, inside), required: around.slice(0, 1) };
}

/** Names below `self`; undefined for anything else, such as an older value. */
function pathOf(node: ASTNode): string[] | undefined {
  if (node.op === 'id') return node.args === 'self' ? [] : undefined;
  if (node.op !== '.') return undefined;
  const around = pathOf(node.args[0]);
  const name = String(node.args[1]);
  // The escape of CEL for words that it keeps for itself.
  return around === undefined ? undefined : [...around, name.replace(/^__(.+)__$/, '$1')];
}

function within(path: readonly string[] | undefined, inside: JsonObject): JsonObject | undefined {
  // A value that is compared must be there, or its absence would pass for equality.
  const known = 'const' in inside || 'enum' in inside;
  return path?.reduceRight(
    (schema: JsonObject, name) => ({ properties: { [name]: schema }, ...(known && { required: [name] }) }),
    inside,
  );
}

function literals(node: ASTNode): Json[] {
  return node.op === 'list' ? node.args.map((each) => literal(each) ?? null) : [];
}

function literal(node: ASTNode): Json | undefined {
  if (node.op !== 'value') return undefined;
  const value: unknown = node.args;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : undefined;
}
