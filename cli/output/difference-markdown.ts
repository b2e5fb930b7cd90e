import type { Json } from '../../functions/composition/contract.ts';
import { metadataOf, text } from '../../functions/composition/read.ts';
import type { Comparison, ObjectDifference } from '../../render/difference/compare-claims.ts';
import type { FieldChange } from '../../render/difference/field-changes.ts';
import type { Pair } from './difference.ts';
import { effectsOfObject, summaryLine, summaryOf, wholeOf } from './difference-summary.ts';
import { codeInMarkdown, inMarkdown } from './format.ts';

type Compared = Pair & { readonly comparison: Comparison };

/** A comment of GitHub may be no longer than 65,536 characters; some are left for whoever posts it. */
const longest = 60_000;

/** What a change comes to, for a comment on a pull request: the sentence first, each claim to be unfolded. */
export function differenceMarkdown(pairs: readonly Compared[], findings: readonly string[]): string {
  const blocks = pairs.flatMap(claimBlock);
  const wrong = findings.map((finding) => `- ❌ ${inMarkdown(finding)}`).join('\n');
  const head = [`**${summaryLine(summaryOf(pairs))}**`, wrong].filter((each) => each !== '');
  let length = head.join('\n\n').length;
  const fitting = blocks.filter((block) => (length += block.length + 2) <= longest);
  const left = blocks.length - fitting.length;
  const more = left === 0 ? [] : [`${left} more ${left === 1 ? 'claim' : 'claims'} not shown here.`];
  return `${[...head, ...fitting, ...more].join('\n\n')}\n`;
}

function claimBlock({ comparison, ...pair }: Compared): string[] {
  if (comparison.kind === 'unreadable') return [];
  const { difference } = comparison;
  const whole = wholeOf(pair, difference);
  if (whole === 'unchanged') return [];
  const effects = new Map(
    difference.objects.flatMap(effectsOfObject).map((each) => [`${each.kind} ${each.text}`, each]),
  );
  const warnings = [
    ...difference.refused.map(
      ({ path, message }) => `- ❌ refused by the API server: ${codeInMarkdown(path)} ${inMarkdown(message)}`,
    ),
    ...[...effects.values()].map(({ kind, text: sentence }) =>
      kind === 'restarts' ? `- 🔄 ${sentence}` : `- ⚠️ cannot be undone: ${sentence}`,
    ),
  ];
  const own = whole === 'changed' ? difference.spec.map((change) => row('claim', change, false)) : [];
  const rows = [...own, ...difference.objects.flatMap(objectRows)];
  return [
    [
      `<details${warnings.length === 0 ? '' : ' open'}><summary><b>${escaped(pair.title)}</b> ${whole}</summary>`,
      ...(warnings.length === 0 ? [] : [warnings.join('\n')]),
      ['| object | field | before | after |', '| --- | --- | --- | --- |', ...rows].join('\n'),
      '</details>',
    ].join('\n\n'),
  ];
}

function objectRows(difference: ObjectDifference): string[] {
  const { kind, object } = difference;
  const name = inMarkdown(`${text(object.kind)} ${metadataOf(object).name}`);
  if (kind === 'changed' || kind === 'adopted')
    return difference.changes.map(({ change }) => row(name, change, object.kind === 'Secret'));
  const by = kind === 'replaced' ? ` by ${inMarkdown(metadataOf(difference.by).name)}` : '';
  return [`| ${name} | **${kind}**${by} | | |`];
}

function row(name: string, { path, before, after }: FieldChange, secret: boolean): string {
  const hidden = secret && /^(data|stringData)\b/.test(path);
  const shown = (value: Json | undefined) => {
    if (value === undefined) return '';
    return hidden ? '(hidden)' : codeInMarkdown(shortened(value));
  };
  return `| ${name} | ${codeInMarkdown(path)} | ${shown(before)} | ${shown(after)} |`;
}

function shortened(value: Json): string {
  const written = typeof value === 'string' ? value : JSON.stringify(value);
  return written.length > 100 ? `${written.slice(0, 100)}…` : written;
}

function escaped(title: string): string {
  return title.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
