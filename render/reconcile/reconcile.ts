import type { JsonObject, Kind, Observed, ServedKind, World } from '../../functions/composition/contract.ts';
import { object } from '../../functions/composition/read.ts';
import { compositeLabel, controllerOf, renderComposed } from './composed-resource.ts';
import { observedComposite, ownerOf } from './composite-resource.ts';
import { lookup, observedByKey } from './observed.ts';
import type { Outcome } from './outcome.ts';
import { runPipeline } from './pipeline.ts';
import { events, isPaused, paused, writtenComposite } from './written-composite.ts';

/** What exists around a claim, and the function that composes it. */
export interface Inputs {
  readonly kinds: readonly Kind[];
  /** Name of the Composition, and of the one step of its pipeline. */
  readonly composition: { readonly name: string; readonly step: string };
  /** Composed resources that were made before. */
  readonly observed: readonly Observed[];
  /** Everything else that the function may ask for. */
  readonly required: readonly Observed[];
  /** Whether the cluster serves a kind; every kind unless told otherwise. */
  readonly serves?: ((kind: ServedKind) => boolean) | undefined;
  /** Whether a cluster has the claim as it is; of a new one more is asked. */
  readonly stored?: boolean | undefined;
  readonly world: World;
}

/**
 * What Crossplane does in one reconcile of a claim that fits its schema: observe, call the function until its
 * requirements settle, name and label what it composes, delete what it left out, write status and conditions.
 * The order of each step, and each sentence, is Crossplane's.
 * https://github.com/crossplane/crossplane/blob/v2.4.0/internal/controller/apiextensions/composite/reconciler.go
 * Throws a ReconcileError when Crossplane would end the reconcile with an error that is not the function's.
 */
export function reconcile(claim: JsonObject, inputs: Inputs): Outcome {
  const owner = ownerOf(claim);
  if (isPaused(claim)) return paused(claim, owner, inputs.observed);
  const composite = observedComposite(claim, owner, inputs.observed, inputs.composition.name);
  const observed = observedByKey(inputs.observed, owner);
  const { response, lookups } = runPipeline({
    kinds: inputs.kinds,
    composite,
    observed,
    fetch: lookup([composite, ...inputs.observed, ...inputs.required]),
    serves: inputs.serves ?? (() => true),
    stored: inputs.stored ?? false,
    world: inputs.world,
  });
  const fatal = response.results.find(({ severity }) => severity === 'fatal');
  if (fatal !== undefined) return { kind: 'fatal', message: fatal.message, lookups };

  const composed = response.resources
    .map((each) => renderComposed(each, owner, observed.get(each.key)))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
  const wanted = new Set(composed.map(({ key }) => key));
  return {
    kind: 'reconciled',
    composite: writtenComposite(owner, composite, composed, response),
    composed,
    // One without a controller is left alone: nothing proves that the claim made it.
    deleted: [...observed]
      .filter(([key, each]) => !wanted.has(key) && controllerOf(each) !== undefined)
      .map(([, each]) => abandoned(each)),
    events: events(inputs.composition, composed, response),
    lookups,
  };
}

/** As Crossplane deletes it: without the label that one bears whose claim was deleted. */
function abandoned(each: Observed): Observed {
  const metadata = object(each.metadata);
  const { [compositeLabel]: _, ...labels } = object(metadata.labels);
  return metadata.labels === undefined ? each : { ...each, metadata: { ...metadata, labels } };
}
