import picocolors from 'picocolors';
import type { Observed } from '../../functions/composition/contract.ts';
import { at, metadataOf, object, text } from '../../functions/composition/read.ts';
import { fillOf } from '../../render/difference/fill.ts';
import type { SecretNeed } from '../../render/secret-references.ts';
import { secretNeeds } from '../../render/secret-references.ts';
import { titleOf } from '../input/claims.ts';
import { missingFor } from './notes.ts';
import type { RenderedClaim } from '../commands/render-claims.ts';
import { sizeOf } from './sizes.ts';
import type { Terminal } from '../../command-line/terminal.ts';

type Colors = ReturnType<typeof picocolors.createColors>;

/** A picture of each claim: what it makes, how large that is, what it waits for, and the Secrets that it needs. */
export function drawTrees(all: readonly RenderedClaim[], { colors: wanted }: Terminal): string {
  const colors = picocolors.createColors(wanted);
  return all.map((each) => drawTree(each, all, colors)).join('\n');
}

/** One line below a claim, in columns; the last one carries the color. */
interface Row {
  readonly cells: readonly string[];
  readonly state: string;
  readonly paint: (text: string) => string;
}

function drawTree(each: RenderedClaim, all: readonly RenderedClaim[], colors: Colors): string {
  const { claim, outcome } = each;
  const phase = text(at(outcome.composite, 'status', 'phase'));
  const message = text(at(outcome.composite, 'status', 'message'));
  const size = text(at(claim, 'spec', 'size'));
  const file = all.length === 1 ? '' : colors.dim(each.loaded.file);
  const title = [colors.bold(titleOf(claim)), size, phaseColor(phase, colors)(phase), file];
  const made = outcome.composed.map(({ key, object: composed, readiness }): Row => ({
    cells: [key, `${text(composed.kind)} ${metadataOf(composed).name}`, sizeOf(composed)],
    state: readiness.ready ? 'ready' : `not ready: ${readiness.why}`,
    paint: readiness.ready ? colors.green : colors.yellow,
  }));
  const needed = needRows(each, all, colors);
  const lines = [
    ...branches(made, needed.length > 0),
    ...(needed.length === 0 ? [] : ['└─ needs', ...branches(needed, false).map((line) => `   ${line}`)]),
  ];
  const head = title.filter((part) => part !== '').join(' · ');
  const fill = fillOf(claim);
  const told = [
    ...(fill === undefined ? [] : [colors.cyan(`↺ ${fill}`)]),
    ...(message === '' ? [] : [colors.dim(message)]),
  ];
  return [head, ...told.map((line) => `│  ${line}`), ...lines, ''].join('\n');
}

/** The Secrets that others have to supply, and who does. */
function needRows(each: RenderedClaim, all: readonly RenderedClaim[], colors: Colors): Row[] {
  const own = each.outcome.composed.map(({ object }) => object);
  const missing = missingFor(each, all);
  return secretNeeds(own)
    .filter((need) => !holds(own, need))
    .map((need): Row => {
      const lack = missing.find(({ name }) => name === need.name);
      const users = each.outcome.composed
        .filter(({ object }) => secretNeeds([object]).some(({ name }) => name === need.name))
        .map(({ key }) => key);
      return {
        cells: [`Secret ${need.name}`, `for ${users.join(', ')}`],
        state:
          lack === undefined
            ? supplier(need, all)
            : lack.exists
              ? `has no ${lack.keys.join(', ')}`
              : 'missing: none of the inputs has it',
        paint: lack === undefined ? colors.green : colors.red,
      };
    });
}

function supplier(need: SecretNeed, all: readonly RenderedClaim[]): string {
  const maker = all.find(({ outcome }) =>
    holds(
      outcome.composed.map(({ object }) => object),
      need,
    ),
  );
  return maker === undefined ? 'given' : `made by ${titleOf(maker.claim)}`;
}

function holds(objects: readonly Observed[], { name, namespace }: SecretNeed): boolean {
  return objects.some((each) => {
    const metadata = object(each.metadata);
    return each.kind === 'Secret' && metadata.name === name && metadata.namespace === namespace;
  });
}

function branches(rows: readonly Row[], more: boolean): string[] {
  const widths = (rows[0]?.cells ?? []).map((_, column) =>
    Math.max(...rows.map(({ cells }) => cells[column]?.length ?? 0)),
  );
  return rows.map(({ cells, state, paint }, index) => {
    const tip = !more && index === rows.length - 1 ? '└─' : '├─';
    const columns = cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
    return `${tip} ${columns}  ${paint(state)}`;
  });
}

function phaseColor(phase: string, colors: Colors): (text: string) => string {
  if (phase === 'Ready') return colors.green;
  return phase === 'Failed' || phase === 'Degraded' ? colors.red : colors.yellow;
}
