import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { isObject } from '../../functions/composition/schema.ts';
import { scalar } from './scalar.ts';
import type { Position } from './scalar.ts';

/**
 * One document as the Crossplane CLI and kubectl print it (sigs.k8s.io/yaml, go-yaml v2): keys sorted, lists not
 * indented under their key, text folded at 80 columns. Byte for byte, so that outputs can be compared.
 * https://github.com/yaml/go-yaml/blob/v2.4.4/emitterc.go
 */
export function toYaml(object: JsonObject): string {
  const out: string[] = [];
  if (Object.keys(object).length === 0) return '{}\n';
  mapping(object, { indent: 0, column: 0 }, out);
  return out.join('');
}

/** What it stands for would be merged into the mapping. Go writes it without quotes, and cannot read that. https://yaml.org/type/merge.html */
const mergeKey = '<<';

/** The first key stands where the position is; each following one on a line of its own at the indent. */
function mapping(object: JsonObject, { indent, column }: Position, out: string[]): void {
  let here = column;
  for (const [key, value] of Object.entries(object).toSorted(([a], [b]) => compareKeys(a, b))) {
    out.push(' '.repeat(indent - here));
    here = 0;
    const simple = !/[\n\u2028\u2029]/.test(key) && Buffer.byteLength(key) <= 128;
    if (!simple) {
      const text = scalar(key, { indent: indent + 2, column: indent + 2 });
      out.push('? ', text, text.endsWith('\n') ? '' : '\n', ' '.repeat(indent), ':');
      node(value, { indent, column: indent + 1, inline: true }, out);
      continue;
    }
    const text = key === mergeKey ? `"${key}"` : scalar(key, { indent, column: indent }, true);
    out.push(text, ':');
    node(value, { indent, column: indent + Array.from(text).length + 1, inline: false }, out);
  }
}

function sequence(items: readonly Json[], { indent, column }: Position, out: string[]): void {
  let here = column;
  for (const item of items) {
    out.push(' '.repeat(indent - here), '-');
    here = 0;
    node(item, { indent, column: indent + 1, inline: true }, out);
  }
}

/** A value behind an indicator at the position; `inline` when a collection may start on the same line. */
function node(value: Json, at: Position & { readonly inline: boolean }, out: string[]): void {
  const { indent, column, inline } = at;
  if (Array.isArray(value) && value.length > 0) {
    if (!inline) out.push('\n');
    sequence(value, inline ? { indent: indent + 2, column } : { indent, column: 0 }, out);
    return;
  }
  if (isObject(value) && Object.keys(value).length > 0) {
    if (!inline) out.push('\n');
    mapping(value, { indent: indent + 2, column: inline ? column : 0 }, out);
    return;
  }
  const text = leaf(value, { indent: indent + 2, column: column + 1 });
  out.push(' ', text, text.endsWith('\n') ? '' : '\n');
}

function leaf(value: Json, at: Position): string {
  if (typeof value === 'string') return scalar(value, at);
  if (typeof value === 'number') return number(value);
  return JSON.stringify(value);
}

/** Whole numbers of 64 bits in full, everything else as Go's %g does: an exponent from six digits on. */
function number(value: number): string {
  if (Number.isInteger(value) && value > -(2 ** 63) && value < 2 ** 64)
    return String(value === 0 ? 0 : value);
  const [mantissa = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6 && !Number.isInteger(value)) return String(value);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** go-yaml's order: digits by their number, letters after everything else. */
function compareKeys(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const [x = '', y = ''] = [left[i], right[i]];
    if (x === y) continue;
    const [xLetter, yLetter] = [/\p{L}/u.test(x), /\p{L}/u.test(y)];
    if (xLetter !== yLetter) return yLetter ? -1 : 1;
    return (xLetter ? 0 : compareDigits(left, right, i)) || (x.codePointAt(0) ?? 0) - (y.codePointAt(0) ?? 0);
  }
  return left.length - right.length;
}

function compareDigits(a: readonly string[], b: readonly string[], from: number): number {
  let before = from;
  while (before > 0 && /\p{Nd}/u.test(a[before - 1] ?? '')) before--;
  // A zero after other digits counts as a digit of the same number, so 10 stands before 100.
  const zero = a[from] === '0' || b[from] === '0';
  const lead = zero && a.slice(before, from).some((digit) => digit !== '0') ? '1' : '';
  const [x, y] = [digitsFrom(a, from), digitsFrom(b, from)];
  const [left, right] = [int64(`${lead}${x}`), int64(`${lead}${y}`)];
  return left === right ? x.length - y.length : left < right ? -1 : 1;
}

/** Go's numbers wrap around, which shows in the order of keys with very many digits. */
function int64(digits: string): bigint {
  return BigInt.asIntN(64, BigInt(digits || 0));
}

function digitsFrom(text: readonly string[], from: number): string {
  let to = from;
  while (to < text.length && /[0-9]/.test(text[to] ?? '')) to++;
  return text.slice(from, to).join('');
}
