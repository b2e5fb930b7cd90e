import type { JsonObject, Observed, ServedKind } from '../../functions/composition/contract.ts';
import { text } from '../../functions/composition/read.ts';
import type { Platform } from '../../render/platform.ts';
import { offerOf } from '../../render/platform.ts';
import { keyOf } from '../../render/reconcile/composed-resource.ts';
import { ReconcileError } from '../../render/reconcile/error.ts';
import type { Reconciled } from '../../render/reconcile/outcome.ts';
import { renderClaim } from '../../render/render-claim.ts';
import { placeholderWorld, randomWorld } from '../../render/reconcile/world.ts';
import type { LoadedClaim, Sorted } from '../input/claims.ts';
import type { PromisedSecret } from '../../render/promised-secrets.ts';
import { promisedSecrets } from '../../render/promised-secrets.ts';
import { faultIn, findingOf, titleOf } from '../input/claims.ts';
import type { Finding } from '../output/findings.ts';
import { claimsWithin } from '../input/nested-claims.ts';
import { inputsBeside, loadObjects, ownResources } from '../input/objects.ts';

/** Where the objects of a cluster come from. */
export interface InputOptions {
  readonly observed: readonly string[];
  readonly required: readonly string[];
  /** Whether the cluster serves a kind; undefined when nothing was said about it. */
  readonly serves: ((kind: ServedKind) => boolean) | undefined;
  /** Whether the files beside each claim are taken too. */
  readonly beside: boolean;
  readonly generateSecrets: boolean;
}

/** A claim with what became of it. */
export interface RenderedClaim {
  readonly loaded: LoadedClaim;
  readonly claim: JsonObject;
  readonly outcome: Reconciled;
  /** What was there for it besides what it composes. */
  readonly given: readonly Observed[];
  /** Secrets that other objects in the same files make in a cluster. */
  readonly promised: readonly PromisedSecret[];
  /** Whether a password in it is not one that a cluster would have. */
  readonly placeholder: boolean;
}

export interface RenderedAll {
  readonly rendered: readonly RenderedClaim[];
  /** What the claims become that these claims make. */
  readonly nested: readonly RenderedClaim[];
  readonly findings: readonly Finding[];
  /** Sentences about inputs that went to no claim. */
  readonly unused: readonly string[];
}

/** Renders each claim by itself, as Crossplane reconciles each by itself. */
export async function renderClaims(
  platform: Platform,
  { claims, secrets }: Pick<Sorted, 'claims' | 'secrets'>,
  options: InputOptions,
): Promise<RenderedAll> {
  const [given, required] = await Promise.all([loadObjects(options.observed), loadObjects(options.required)]);
  const observed = {
    ...given,
    objects: given.objects.filter((object) => !isPrintedBeside(platform, object)),
  };
  const each = await Promise.all(
    claims.map(async (loaded) => {
      const beside = await loadBeside(loaded, options.beside);
      const own = claims.length === 1 ? observed.objects : ownResources(observed.objects, loaded.claim);
      const besideOwn = claims.filter(({ file }) => file === loaded.file).length === 1;
      const around = {
        required: [...required.objects, ...beside.required.objects],
        promised: [...secrets, ...promisedSecrets([...required.objects, ...beside.required.objects])],
        serves: options.serves,
        generateSecrets: options.generateSecrets,
      };
      const { findings, rendered } = renderOne(platform, loaded, {
        ...around,
        observed: [
          ...own,
          ...(besideOwn ? beside.observed.objects : ownResources(beside.observed.objects, loaded.claim)),
        ],
      });
      const within = rendered === undefined ? [] : claimsWithin(platform, loaded, rendered.outcome);
      const nested = within.map((each) => {
        const theirs = ownResources(observed.objects, each.claim);
        return { theirs, ...renderOne(platform, each, { ...around, observed: theirs }) };
      });
      return {
        own: [...own, ...nested.flatMap(({ theirs }) => theirs)],
        rendered,
        nested: nested.flatMap((each) => each.rendered ?? []),
        findings: [...beside.observed.findings, ...beside.required.findings, ...findings],
      };
    }),
  );
  const used = new Set(each.flatMap(({ own }) => own));
  const unused = observed.objects.filter((object) => !used.has(object));
  return {
    rendered: each.flatMap(({ rendered }) => rendered ?? []),
    nested: each.flatMap(({ nested }) => nested),
    findings: [...observed.findings, ...required.findings, ...each.flatMap(({ findings }) => findings)],
    unused: unused.map((object) => `observed ${titleOf(object)} belongs to none of the claims: not used`),
  };
}

/** What `render` prints beside composed resources, the claim and its events, so that its own output can be given back to it. */
function isPrintedBeside(platform: Platform, object: Observed): boolean {
  if (keyOf(object) !== '') return false;
  return (
    offerOf(platform, object) !== undefined ||
    (object.kind === 'Result' && text(object.apiVersion).startsWith('render.crossplane.io/'))
  );
}

async function loadBeside({ file }: LoadedClaim, wanted: boolean) {
  const files = wanted ? inputsBeside(file) : { observed: [], required: [] };
  const [observed, required] = await Promise.all([loadObjects(files.observed), loadObjects(files.required)]);
  return { observed, required };
}

interface Given {
  readonly observed: readonly Observed[];
  readonly required: readonly Observed[];
  readonly promised: readonly PromisedSecret[];
  readonly serves: InputOptions['serves'];
  readonly generateSecrets: boolean;
}

function renderOne(
  platform: Platform,
  loaded: LoadedClaim,
  { observed, required, promised, serves, generateSecrets }: Given,
): { rendered?: RenderedClaim; findings: Finding[] } {
  let placeholder = false;
  const world = generateSecrets ? randomWorld() : placeholderWorld();
  const watched = {
    ...world,
    randomPassword() {
      placeholder = !generateSecrets;
      return world.randomPassword();
    },
  };
  try {
    const rendering = renderClaim(platform, loaded.offer, loaded.claim, {
      observed,
      required,
      serves,
      // A claim that has made something is there, so that what it says was taken when it came.
      ...(observed.some((each) => keyOf(each) !== '') ? { replaces: loaded.claim } : {}),
      world: watched,
    });
    if (rendering.kind === 'refused')
      return { findings: rendering.problems.map(({ path, message }) => findingOf(loaded, path, message)) };
    const { claim, outcome } = rendering;
    return {
      rendered: { loaded, claim, outcome, given: [...observed, ...required], promised, placeholder },
      findings: [],
    };
  } catch (error) {
    // What Crossplane would end a reconcile with: observed resources that cannot be the claim's, names it refuses.
    const finding =
      error instanceof ReconcileError ? findingOf(loaded, '', error.message) : faultIn(loaded, error);
    return { findings: [finding] };
  }
}
