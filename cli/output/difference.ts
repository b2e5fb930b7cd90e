import picocolors from 'picocolors';
import type { Json } from '../../functions/composition/contract.ts';
import { at, metadataOf, text } from '../../functions/composition/read.ts';
import type { FieldChange } from '../../render/difference/field-changes.ts';
import type { Comparison, Difference, ObjectDifference } from '../../render/difference/compare-claims.ts';
import type { Effect } from '../../render/difference/effect.ts';
import { fillOf } from '../../render/difference/fill.ts';
import { effectsOfObject, summaryLine, summaryOf, wholeOf } from './difference-summary.ts';
import { wrapLine } from './wrap.ts';
import type { LoadedClaim } from '../input/claims.ts';
import type { Terminal } from '../../command-line/terminal.ts';

type Colors = ReturnType<typeof picocolors.createColors>;

/** A claim, and where it is from: a file, or the cluster. */
export type Side = Pick<LoadedClaim, 'claim' | 'file'>;

/** One claim on both sides, as far as it is there. */
export interface Pair {
  /** Kind, namespace and name. */
  readonly title: string;
  readonly before: Side | undefined;
  readonly after: Side | undefined;
}

type Compared = Pair & { readonly comparison: Comparison };

/** Every claim that changes with what that comes to, and one line about all of it. */
export function printDiff(
  pairs: readonly Compared[],
  { colors: wanted, columns }: Pick<Terminal, 'colors' | 'columns'>,
): string {
  const colors = picocolors.createColors(wanted);
  const blocks = pairs.flatMap((pair) =>
    pair.comparison.kind === 'compared' ? [block(pair, pair.comparison.difference, colors)] : [],
  );
  const fitted = (line: string) => wrapLine(line, columns, `${/^ */.exec(line)?.[0] ?? ''}    `);
  const changed = blocks.filter((lines) => lines.length > 0).map((lines) => lines.map(fitted).join('\n'));
  return `${[...changed, fitted(summaryLine(summaryOf(pairs)))].join('\n\n')}\n`;
}

function block(pair: Pair, difference: Difference, colors: Colors): string[] {
  const { spec, objects, unchanged, refused } = difference;
  if (spec.length + objects.length + refused.length === 0) return [];
  const whole = wholeOf(pair, difference);
  if (whole === 'unchanged') return [];
  const file = (pair.after ?? pair.before)?.file ?? '';
  return [
    `${sign(whole, colors)} ${colors.bold(pair.title)} ${whole === 'changed' ? '' : `${whole} `}${colors.dim(file)}`,
    ...(whole === 'changed'
      ? spec.map((change) => `    ${fieldLine(change, [], false, colors)}${meaning(change)}`)
      : []),
    ...(whole === 'deleted' ? protection(pair, colors) : []),
    ...(whole === 'created' ? [...filling(pair, colors), ...adoption(pair, objects, colors)] : []),
    ...refused.map(({ path, message }) => colors.red(`  ✗ refused by the API server: ${path}: ${message}`)),
    ...objects.flatMap((each) => objectLines(each, colors)),
    ...(unchanged === 0 ? [] : [colors.dim(`    ${unchanged} more unchanged`)]),
  ];
}

/** What the change of a field of the claim comes to that shows in none of its objects. */
function meaning({ path, before, after }: FieldChange): string {
  if (path === 'spec.backup' && before === undefined)
    return '  restarts the instances once its ObjectStore or bucket is there';
  if ((path === 'spec.backup.objectStore' || path === 'spec.backup.bucket') && after !== undefined)
    return '  backups go there from now on, and nothing can be restored from there before the next base backup';
  if (path === 'spec.adopt' && after !== true)
    return '  what stood otherwise follows the claim from now on; give it with -e to see what changes';
  if (path === 'spec.deletionPolicy')
    return after === 'Retain'
      ? '  a deletion keeps what the claim made'
      : '  a deletion takes what the claim made';
  if (path === 'spec.access' && after !== undefined)
    return '  lets in, besides its own namespace, those alone that it names';
  if (path !== 'spec.deletionProtection') return '';
  return after === true ? '  nobody can delete it' : '  it can be deleted';
}

function filling({ after }: Pair, colors: Colors): string[] {
  const fill = after === undefined ? undefined : fillOf(after.claim);
  return fill === undefined ? [] : [colors.cyan(`  ↺ ${fill}`)];
}

/** What a claim takes over can only be told where it was given. */
function adoption({ after }: Pair, objects: readonly ObjectDifference[], colors: Colors): string[] {
  if (at(after?.claim, 'spec', 'adopt') !== true || objects.some(({ kind }) => kind === 'adopted')) return [];
  return [
    colors.cyan('  ↪ takes over what stands there by these names; give that with -e to see what changes'),
  ];
}

function protection({ before }: Pair, colors: Colors): string[] {
  if (at(before?.claim, 'spec', 'deletionProtection') !== true) return [];
  return [colors.red('  ✗ deletionProtection is on: the guard refuses this until it is set to false')];
}

function objectLines(difference: ObjectDifference, colors: Colors): string[] {
  const { kind, key, object } = difference;
  const name = `${text(object.kind)} ${metadataOf(object).name} (${key})`;
  const head = `  ${sign(kind, colors)} ${name}`;
  switch (kind) {
    case 'created':
      return [`${head} created`];
    case 'adopted':
      return [
        `${head} taken over${difference.changes.length === 0 ? ' as it stands' : ''}${sentences(effectsOfObject(difference), colors)}`,
        ...fieldLines(difference, colors),
      ];
    case 'retained':
      return [`${head} stays: deletionPolicy is Retain`];
    case 'deleted':
      return [`${head} ${colors.red('deleted')}${sentences(effectsOfObject(difference), colors)}`];
    case 'replaced':
      return [`${head} replaced by ${text(difference.by.kind)} ${metadataOf(difference.by).name}`];
    case 'changed':
      return [`${head}${sentences(effectsOfObject(difference), colors)}`, ...fieldLines(difference, colors)];
  }
}

function fieldLines(
  { object, changes }: Extract<ObjectDifference, { kind: 'changed' | 'adopted' }>,
  colors: Colors,
): string[] {
  return changes.map(
    ({ change, effects }) => `      ${fieldLine(change, effects, object.kind === 'Secret', colors)}`,
  );
}

function fieldLine(change: FieldChange, effects: readonly Effect[], secret: boolean, colors: Colors): string {
  const { path, before, after } = change;
  const marks = [...new Set(effects.map(({ kind }) => mark(kind, colors)))]
    .map((each) => ` ${each}`)
    .join('');
  if (secret && /^(data|stringData)\b/.test(path))
    return `${path}: ${before === undefined ? 'added' : after === undefined ? 'removed' : 'another value'}${marks}`;
  return `${path}: ${shown(before, colors.red)} → ${shown(after, colors.green)}${marks}`;
}

/** Each sentence once, however many fields bring it about. */
function sentences(effects: readonly Effect[], colors: Colors): string {
  const unique = new Map(effects.map((effect) => [effect.text, effect]));
  return [...unique.values()]
    .map(({ kind, text }) => {
      const sentence = kind === 'restarts' ? text : `cannot be undone: ${text}`;
      return `  ${mark(kind, colors)} ${sentence}`;
    })
    .join('');
}

function mark(kind: Effect['kind'], colors: Colors): string {
  return kind === 'restarts' ? colors.yellow('⟳') : colors.red('!');
}

/** A value on one line, and no more of it than fits there. */
function shown(value: Json | undefined, paint: (text: string) => string): string {
  if (value === undefined) return '(none)';
  const plain = typeof value === 'string' && /^[^\s"']+$/.test(value);
  const written = plain ? value : JSON.stringify(value);
  return paint(written.length > 100 ? `${written.slice(0, 100)}…` : written);
}

function sign(kind: ObjectDifference['kind'], colors: Colors): string {
  switch (kind) {
    case 'created':
      return colors.green('+');
    case 'adopted':
      return colors.cyan('↪');
    case 'retained':
      return colors.cyan('=');
    case 'deleted':
      return colors.red('-');
    case 'replaced':
      return colors.yellow('±');
    case 'changed':
      return colors.yellow('~');
  }
}
