import { beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { kinds } from '../../functions/kinds/registry.ts';
import { reconcile } from '../../render/reconcile/reconcile.ts';
import { stored } from '../../render/claim-problems.ts';
import { program } from '../tools/programs.ts';
import { renderByCore } from './core-render.ts';
import type { RenderOutput } from './core-render.ts';
import { describeEngine } from './engine.ts';
import { kindNames, offerFor } from '../claims/offers.ts';
import { claimsOfAKind, generatedClaims, inPairs, laterInputs } from './generated.ts';
import { asDrawn, functionName, objectsIn, startRenderingFunction } from './rendering.ts';

/** The rendering without order and time, in which neither side says anything. */
function comparable(rendering: RenderOutput) {
  if (rendering.kind === 'fatal') return rendering;
  const { composite, composed, deleted, events } = rendering;
  const sorted = (list: readonly unknown[]) => list.map((one) => timeless(one)).toSorted();
  return {
    composite: timeless(composite),
    composed: sorted(composed),
    deleted: sorted(deleted),
    events: sorted(events),
  };
}

/** Our outcome in the words of core's. */
function asCore(outcome: ReturnType<typeof reconcile>): RenderOutput {
  if (outcome.kind === 'fatal') return { kind: 'fatal', message: outcome.message };
  return { ...outcome, composed: outcome.composed.map((one) => one.object) };
}

function timeless(value: unknown): string {
  const replacer = (key: string, inner: unknown) => {
    if (key === 'lastTransitionTime') return 'some time';
    // Protobuf keeps no order among the fields of an object.
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  };
  return JSON.stringify(value, replacer, 1);
}

describeEngine("our renderer agrees with core's own, for generated claims", ({ plane }) => {
  let core: string;
  let address: string;
  beforeAll(async () => {
    [core, address] = await Promise.all([
      program('crossplane-core'),
      startRenderingFunction(plane.dir, 'generated-function'),
    ]);
  });

  /** Both reconcile the claim, and agree; gives what came out and what was asked for. */
  async function agreed(claim: JsonObject, observed: readonly JsonObject[], required: readonly JsonObject[]) {
    const { composition } = offerFor(claim);
    const [[definition = {}], [theirComposition = {}]] = (await Promise.all(
      ['xrds', 'compositions'].map((folder) => objectsIn(`${folder}/${composition.name}.yaml`)),
    )) as [JsonObject[], JsonObject[]];
    const theirs = await renderByCore(core, {
      claim,
      observed,
      required,
      definition,
      composition: theirComposition,
      function: { name: functionName, address },
    });
    const composed = theirs.kind === 'fatal' ? [] : theirs.composed;
    const ours = asDrawn(composed, (world) =>
      reconcile(claim, { kinds, composition, observed, required, world }),
    );
    const about = `for ${JSON.stringify({ claim, observed, required })}`;
    expect(comparable(asCore(ours)), about).toEqual(comparable(theirs));
    return { composed, asked: ours.lookups.map(({ selector }) => selector) };
  }

  it.each(kindNames)(
    `${claimsOfAKind} of kind %s, new and some time later`,
    { timeout: 600_000 },
    async (kind) => {
      let composedLater = 0;
      await inPairs(generatedClaims(kind), async (given, index) => {
        const claim = stored(offerFor(given).definition, given);
        const fresh = await agreed(claim, [], []);
        const { observed, required } = laterInputs(claim, fresh.composed, fresh.asked, index);
        composedLater += (await agreed(claim, observed, required)).composed.length;
      });
      expect(composedLater).toBeGreaterThan(claimsOfAKind);
    },
  );
});
