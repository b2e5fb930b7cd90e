import { beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { kinds } from '../../functions/kinds/registry.ts';
import { isObject } from '../../functions/composition/schema.ts';
import { reconcile } from '../../render/reconcile/reconcile.ts';
import { stored } from '../../render/claim-problems.ts';
import { placeholderWorld } from '../../render/reconcile/world.ts';
import { goldenCases } from '../golden/cases.ts';
import type { Draft } from './api.ts';
import { newNamespace } from './claims.ts';
import { describeEngine } from './engine.ts';
import { kindNames, offerFor } from '../claims/offers.ts';
import { claimsOfAKind, generatedClaims, inPairs, laterInputs } from './generated.ts';
import { objectsIn } from './rendering.ts';

const cases = await goldenCases();

/** What our renderer makes of a claim as the API server stores it. */
function composedBy(claim: JsonObject, observed: readonly JsonObject[], required: readonly JsonObject[]) {
  const { composition } = offerFor(claim);
  const outcome = reconcile(claim, { kinds, composition, observed, required, world: placeholderWorld() });
  if (outcome.kind === 'fatal') throw new Error(outcome.message);
  return {
    composed: outcome.composed.map(({ object }) => object),
    asked: outcome.lookups.map(({ selector }) => selector),
  };
}

function inNamespace(object: JsonObject, namespace: string): JsonObject {
  return { ...object, metadata: { ...(isObject(object.metadata) ? object.metadata : {}), namespace } };
}

describeEngine('the API server takes all that we make, under the schemas of the operators', ({ api }) => {
  let namespace: string;
  beforeAll(async () => {
    namespace = await newNamespace(api, 'schemas');
  });

  /** Server-side apply with strict validation, as core does it but stricter; nothing is kept. */
  const accepted = (object: JsonObject) => {
    // An example may have a uid for the sake of rendering; in a cluster it is the server's to give.
    const { uid: _, ...metadata } = isObject(object.metadata) ? object.metadata : {};
    return api.apply({ ...object, metadata } as unknown as Draft, { dryRun: true });
  };

  it.each(cases)(
    '$name: the claim as it is written, with the defaults that we expect',
    async ({ example }) => {
      const [claim = {}] = await objectsIn(example);
      const given = inNamespace(claim, namespace);
      const live = await accepted(given);
      expect(live['spec']).toEqual(stored(offerFor(given).definition, given).spec);
    },
  );

  it.each(cases)('$name: everything that it becomes', async ({ example }) => {
    const beside = (suffix: string) => objectsIn(example.replace(/\.yaml$/, `.${suffix}.yaml`));
    const [[claim = {}], observed, required] = await Promise.all([
      objectsIn(example),
      beside('observed'),
      beside('required'),
    ]);
    const { composed } = composedBy(stored(offerFor(claim).definition, claim), observed, required);
    for (const object of composed) await accepted(inNamespace(object, namespace));
    expect(composed).not.toEqual([]);
  });

  it.each(kindNames)(
    `${claimsOfAKind} generated claims of kind %s and everything they become, new and later`,
    { timeout: 600_000 },
    async (kind) => {
      let objects = 0;
      const refused: string[] = [];
      await inPairs(generatedClaims(kind), async (generated, index) => {
        const claim = stored(offerFor(generated).definition, inNamespace(generated, namespace));
        const fresh = composedBy(claim, [], []);
        const { observed, required } = laterInputs(claim, fresh.composed, fresh.asked, index);
        const all = [claim, ...fresh.composed, ...composedBy(claim, observed, required).composed];
        for (const object of all)
          await accepted(object).catch((error: unknown) =>
            refused.push(`${String(error)} of ${JSON.stringify(generated)}`),
          );
        objects += all.length;
      });
      expect(refused).toEqual([]);
      expect(objects).toBeGreaterThan(claimsOfAKind * 3);
    },
  );
});
