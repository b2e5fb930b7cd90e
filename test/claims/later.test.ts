import { expect, test } from 'vitest';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { kinds } from '../../functions/kinds/registry.ts';
import { stored } from '../../render/claim-problems.ts';
import { reconcile } from '../../render/reconcile/reconcile.ts';
import { placeholderWorld } from '../../render/reconcile/world.ts';
import { generatedClaims, laterInputs } from '../engine/generated.ts';
import { kindNames, offerFor } from './offers.ts';

test.each(kindNames)(
  'claims of kind %s are composed when they are new and later, whatever is there and whatever the platform says',
  { timeout: 300_000 },
  (kind) => {
    const platforms = new Set<string>();
    for (const [index, given] of generatedClaims(kind).slice(0, 100).entries()) {
      const { definition, composition } = offerFor(given);
      const claim = stored(definition, given);
      const composed = (observed: readonly JsonObject[], required: readonly JsonObject[]) => {
        const outcome = reconcile(claim, {
          kinds,
          composition,
          observed,
          required,
          world: placeholderWorld(),
        });
        if (outcome.kind === 'fatal')
          throw new Error(`${outcome.message} of ${JSON.stringify({ claim, required })}`);
        return outcome;
      };
      const fresh = composed([], []);
      const objects = fresh.composed.map(({ object }) => object);
      const asked = fresh.lookups.map(({ selector }) => selector);
      const { observed, required } = laterInputs(claim, objects, asked, index);
      composed(observed, required);
      const settings = required.find((each) => each.kind === 'EnvironmentConfig');
      if (settings !== undefined) platforms.add(JSON.stringify(settings.data));
    }
    expect(platforms.size).toBeGreaterThan(20);
  },
);
