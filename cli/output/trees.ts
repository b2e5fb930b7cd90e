import type { JsonObject, Observed } from '../../functions/composition/contract.ts';
import { at, metadataOf, object, text } from '../../functions/composition/read.ts';
import { fillOf } from '../../render/difference/fill.ts';
import type { SecretNeed } from '../../render/secret-references.ts';
import { secretNeeds } from '../../render/secret-references.ts';
import { titleOf } from '../input/claims.ts';
import type { RenderedClaim } from '../commands/render-claims.ts';
import { inMarkdown } from './format.ts';
import { missingFor } from './notes.ts';
import { sizeOf } from './sizes.ts';

/** What a claim makes and waits for, as far as a picture shows it. */
export interface Tree {
  readonly claim: JsonObject;
  readonly file: string;
  readonly size: string;
  readonly phase: string;
  readonly message: string;
  /** What a database is filled with, in a sentence; empty for nothing. */
  readonly fill: string;
  readonly resources: readonly TreeResource[];
  readonly needs: readonly TreeNeed[];
}

/** An object that the claim makes. */
export interface TreeResource {
  readonly key: string;
  readonly kind: string;
  readonly name: string;
  readonly size: string;
  readonly ready: boolean;
  /** Why it is not ready; empty when it is. */
  readonly why: string;
}

/** A Secret that others have to supply. */
export interface TreeNeed {
  readonly secret: string;
  /** Keys of the resources that read it. */
  readonly users: readonly string[];
  readonly there: boolean;
  readonly state: string;
}

/** As much of a rendered claim as a picture needs. */
export type Drawable = Omit<RenderedClaim, 'loaded' | 'placeholder'> & {
  readonly loaded: Pick<RenderedClaim['loaded'], 'file'>;
};

/** The picture of each claim, as data. */
export function treesOf(all: readonly Drawable[]): readonly Tree[] {
  return all.map((each) => {
    const { claim, outcome, loaded } = each;
    return {
      claim,
      file: loaded.file,
      size: text(at(claim, 'spec', 'size')),
      phase: text(at(outcome.composite, 'status', 'phase')),
      message: text(at(outcome.composite, 'status', 'message')),
      fill: fillOf(claim) ?? '',
      resources: outcome.composed.map(({ key, object: composed, readiness }) => ({
        key,
        kind: text(composed.kind),
        name: metadataOf(composed).name,
        size: sizeOf(composed),
        ready: readiness.ready,
        why: readiness.ready ? '' : readiness.why,
      })),
      needs: needsOf(each, all),
    };
  });
}

function needsOf(each: Drawable, all: readonly Drawable[]): TreeNeed[] {
  const own = each.outcome.composed.map(({ object }) => object);
  const missing = missingFor(each, all);
  return secretNeeds(own)
    .filter((need) => !holds(own, need))
    .map((need) => {
      const lack = missing.find(({ name }) => name === need.name);
      const users = each.outcome.composed
        .filter(({ object }) => secretNeeds([object]).some(({ name }) => name === need.name))
        .map(({ key }) => key);
      return { secret: need.name, users, there: lack === undefined, state: stateOf(need, lack, all) };
    });
}

function stateOf(
  need: SecretNeed,
  lack: ReturnType<typeof missingFor>[number] | undefined,
  all: readonly Drawable[],
): string {
  if (lack === undefined) return supplier(need, all);
  return lack.exists ? `has no ${lack.keys.join(', ')}` : 'missing: none of the inputs has it';
}

function supplier(need: SecretNeed, all: readonly Drawable[]): string {
  const maker = all.find(({ outcome }) =>
    holds(
      outcome.composed.map(({ object }) => object),
      need,
    ),
  );
  if (maker !== undefined) return `made by ${titleOf(maker.claim)}`;
  const promised = all.flatMap(({ promised: each }) => each);
  return (
    promised.find(({ name, namespace }) => name === need.name && namespace === need.namespace)?.by ?? 'given'
  );
}

function holds(objects: readonly Observed[], { name, namespace }: SecretNeed): boolean {
  return objects.some((each) => {
    const metadata = object(each.metadata);
    return each.kind === 'Secret' && metadata.name === name && metadata.namespace === namespace;
  });
}

/** For programs; schemas/output.json describes it. */
export function treesDocument(trees: readonly Tree[]): JsonObject {
  return {
    kind: 'Trees',
    version: 1,
    claims: trees.map(({ claim, file, size, phase, message, fill, resources, needs }) => ({
      apiVersion: text(claim.apiVersion),
      kind: text(claim.kind),
      namespace: metadataOf(claim).namespace,
      name: metadataOf(claim).name,
      file,
      ...Object.fromEntries(
        Object.entries({ size, phase, message, fill }).filter(([, value]) => value !== ''),
      ),
      resources: resources.map(({ why, size: large, ...each }) => ({
        ...each,
        ...(large === '' ? {} : { size: large }),
        ...(why === '' ? {} : { why }),
      })),
      needs: needs.map(({ users, ...each }) => ({ ...each, users: [...users] })),
    })),
  };
}

/** For a pull request. */
export function treesMarkdown(trees: readonly Tree[]): string {
  return trees
    .map(({ claim, size, phase, message, resources, needs }) => {
      const head = [`**${inMarkdown(titleOf(claim))}**`, size, phase]
        .filter((each) => each !== '')
        .join(' · ');
      const made = resources.map(
        (each) =>
          `| ${inMarkdown(`${each.kind} ${each.name}`)} | ${each.size} | ${each.ready ? '✅ ready' : `⏳ ${inMarkdown(each.why)}`} |`,
      );
      const needed = needs.map(
        ({ secret, users, there, state }) =>
          `| needs Secret ${inMarkdown(secret)} | for ${users.join(', ')} | ${there ? '✅' : '❌'} ${inMarkdown(state)} |`,
      );
      return [
        head,
        ...(message === '' ? [] : [inMarkdown(message)]),
        ['| object | size | state |\n| --- | --- | --- |', ...made, ...needed].join('\n'),
      ].join('\n\n');
    })
    .join('\n\n')
    .concat('\n');
}
