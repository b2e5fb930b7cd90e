import { expect, test } from 'vitest';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { kinds } from '../../functions/kinds/registry.ts';
import { at, conditionOf, list, metadataOf, object, text } from '../../functions/composition/read.ts';
import { stored } from '../../render/claim-problems.ts';
import { reconcile } from '../../render/reconcile/reconcile.ts';
import { placeholderWorld } from '../../render/reconcile/world.ts';
import { claimsOfAKind, generatedClaims, laterInputs } from '../engine/generated.ts';
import { kindNames, offerFor } from './offers.ts';

/** What a condition is about, by the key of the object without which it cannot be true. */
const subjects: Readonly<Record<string, string>> = {
  DatabaseReady: 'cluster',
  CacheReady: 'dragonfly',
  PoolerReady: 'pooler',
  CertificateReady: 'certificate',
  NetworkPolicyReady: 'network-policy',
  PodsReady: 'deployment',
  WorkersReady: 'deployment',
};

/** Of a claim that makes its stores as claims, those are the objects. */
const nestedSubjects: Readonly<Record<string, string>> = { DatabaseReady: 'database', CacheReady: 'cache' };

const keyIn = (object: JsonObject): string =>
  text(at(object, 'metadata', 'annotations', 'crossplane.io/composition-resource-name'));

/** Everything that the conditions of the claim say and that is not so. */
function untruths(
  composite: JsonObject,
  wanted: readonly string[],
  {
    observed,
    required,
  }: { readonly observed: readonly JsonObject[]; readonly required: readonly JsonObject[] },
): string[] {
  const there = new Set(observed.map(keyIn));
  const absent = wanted.filter((key) => !there.has(key));
  const ready = conditionOf(composite, 'Ready');
  const isHolder = ['AgentExecutor', 'WebApplication'].includes(text(composite.kind));
  const about = isHolder ? { ...subjects, ...nestedSubjects } : subjects;
  const claimed = list(at(composite, 'status', 'conditions')).map(object);
  return [
    ...(ready?.status === 'True' && absent.length > 0 ? [`Ready without ${absent.join(', ')}`] : []),
    ...(ready?.status !== 'True' && ready?.message === '' ? ['not Ready, and nothing said'] : []),
    ...claimed.flatMap(({ type, status }) => {
      const key = about[text(type)];
      return status === 'True' && key !== undefined && wanted.includes(key) && !there.has(key)
        ? [`${text(type)} without ${key}`]
        : [];
    }),
    ...claimed.flatMap(({ type, status, reason, message }) =>
      status === 'False' && type === 'SecretsReady' && reason === 'Missing'
        ? [...text(message).matchAll(/(?<=for |, )Secret ([a-z0-9.-]+[a-z0-9])/g)].flatMap(([, name = '']) =>
            required.some((each) => each.kind === 'Secret' && metadataOf(each).name === name)
              ? [`Secret ${name} is said to be missing`]
              : [],
          )
        : [],
    ),
    ...claimed.flatMap(({ type, status, message }) =>
      status === 'False' && text(message) === '' ? [`${text(type)} is False without a word`] : [],
    ),
  ];
}

test.each(kindNames)(
  `${claimsOfAKind} claims of kind %s say nothing that is not so, while things come up, break and lag behind`,
  { timeout: 600_000 },
  (kind) => {
    let ready = 0;
    for (const [index, given] of generatedClaims(kind).entries()) {
      const { definition, composition } = offerFor(given);
      const claim = stored(definition, given);
      const outcome = (observed: readonly JsonObject[], required: readonly JsonObject[]) => {
        const made = reconcile(claim, { kinds, composition, observed, required, world: placeholderWorld() });
        if (made.kind === 'fatal') throw new Error(`${made.message} of ${JSON.stringify(claim)}`);
        return made;
      };
      const fresh = outcome([], []);
      const asked = fresh.lookups.map(({ selector }) => selector);
      const inputs = laterInputs(
        claim,
        fresh.composed.map(({ object }) => object),
        asked,
        index,
      );
      const later = outcome(inputs.observed, inputs.required);
      const composite = { ...later.composite, kind };
      const wanted = later.composed.map(({ key }) => key);
      expect(untruths(composite, wanted, inputs), JSON.stringify({ claim, inputs })).toEqual([]);
      if (conditionOf(composite, 'Ready')?.status === 'True') ready++;
    }
    // Nobody plays who writes the login of a bucket.
    expect(ready > 0).toBe(kind !== 'ObjectBucket');
  },
);
