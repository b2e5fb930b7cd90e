import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject, Observed } from '../../functions/composition/contract.ts';
import { object } from '../../functions/composition/read.ts';
import { isObject } from '../../functions/composition/schema.ts';
import { exclusiveOf } from '../../render/exclusive.ts';
import { arbitraryClaim } from '../claims/arbitrary.ts';
import { kindNames, offerNamed, platform } from '../claims/offers.ts';
import { asObserved, password, settled } from '../claims/settled.ts';
import { call, plain } from '../functions/call.ts';

/** The objects as they are once Crossplane has made them for the claim. */
function owned(
  { apiVersion = '', kind = '', metadata }: JsonObject,
  objects: Readonly<Record<string, Observed>>,
): Record<string, Observed> {
  const { name = '', uid = '' } = object(metadata);
  const owner = { apiVersion, kind, name, uid, controller: true };
  return Object.fromEntries(
    Object.entries(objects).map(([key, each]) => [
      key,
      { ...each, metadata: { ...object(each.metadata), ownerReferences: [owner] } },
    ]),
  );
}

/** The same value with the fields of every object in another order, which Protobuf does not keep. */
function turned(value: Json): Json {
  if (Array.isArray(value)) return value.map(turned);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, each]) => [key, turned(each ?? null)]),
  );
}

describe.each(kindNames)('any valid %s', (kind) => {
  const property = (check: (composite: JsonObject) => void) =>
    fc.assert(fc.property(arbitraryClaim(kind), check), {
      seed: 20261121,
      numRuns: 200,
      includeErrorInReport: true,
    });

  test('is composed', () => {
    property((composite) => {
      expect(settled(composite).response.results).toEqual([]);
    });
  });

  test('gives the same answer to the same question', () => {
    property((composite) => {
      const { required } = settled(composite);
      expect(JSON.stringify(call(composite, { required }))).toBe(
        JSON.stringify(call(composite, { required })),
      );
    });
  });

  test('gives the same answer in whatever order the fields of the claim arrive', () => {
    property((composite) => {
      const { required } = settled(composite);
      const answer = plain(call(composite, { required }));
      expect(plain(call(object(turned(composite)), { required }))).toEqual(answer);
    });
  });

  test('keeps every resource that was made, whatever cannot be read at the moment', () => {
    fc.assert(
      fc.property(arbitraryClaim(kind), fc.infiniteStream(fc.boolean()), (composite, chance) => {
        const { response, required } = settled(composite);
        const luck = () => chance.next().value === true;
        const observed = Object.fromEntries(Object.entries(asObserved(response)).filter(luck));
        const readable = Object.fromEntries(Object.entries(required).filter(luck));
        const later = call(composite, { observed, required: readable });
        expect(later.results).toEqual([]);
        const kept = later.resources.map(({ key }) => key);
        expect(kept).toEqual(expect.arrayContaining(Object.keys(observed)));
      }),
      { seed: 20261121, numRuns: 300, includeErrorInReport: true },
    );
  });

  test('draws no password before it has looked whether there is one', () => {
    property((composite) => {
      const blind = JSON.stringify(plain(call(composite, { password })));
      for (const seen of [password, Buffer.from(password).toString('base64')])
        expect(blind.includes(seen), 'a password was drawn blindly').toBe(false);
    });
  });

  test('keeps the password that it finds', () => {
    property((composite) => {
      const { response, required } = settled(composite);
      const found = Object.fromEntries(
        Object.entries(asObserved(response)).filter(
          ([key, { kind }]) => kind === 'Secret' && key in required,
        ),
      );
      const later = call(composite, {
        required: { ...required, ...owned(composite, found) },
        password: 'another',
      });
      const secrets = Object.entries(asObserved(later)).filter(([key]) => key in found);
      expect(secrets.map(([key, { data }]) => [key, data])).toEqual(
        Object.entries(found).map(([key, { data }]) => [key, data]),
      );
    });
  });

  test('shows its password nowhere but in the data of a Secret', () => {
    property((composite) => {
      const { response } = settled(composite);
      const elsewhere = plain(response).resources.filter(({ object }) => object.kind !== 'Secret');
      const seen = JSON.stringify([elsewhere, response.status, response.conditions, response.results]);
      expect(seen).not.toContain(password);
      expect(seen).not.toContain(Buffer.from(password).toString('base64'));
    });
  });

  test('stays in its namespace, with labels, and within every limit of a name', () => {
    property((composite) => {
      const { name, namespace } = composite.metadata as { name: string; namespace: string };
      for (const { key, object } of plain(settled(composite).response).resources) {
        const metadata = object.metadata as {
          name: string;
          namespace: string;
          labels: Record<string, string>;
        };
        expect(metadata.namespace, key).toBe(namespace);
        expect(metadata.labels, key).toMatchObject({
          'app.kubernetes.io/name': name,
          'app.kubernetes.io/managed-by': 'zerotouch',
        });
        expect(metadata.name.length, `length of the name of ${key}`).toBeLessThanOrEqual(63);
        expect(metadata.name, key).toMatch(/^[a-z]([-a-z0-9]*[a-z0-9])?$/);
        for (const value of Object.values(metadata.labels)) expect(value.length, key).toBeLessThanOrEqual(63);
        expect(key).toMatch(/^[a-z]+(-[a-z0-9]+)*$/);
      }
    });
  });

  test('names what only it may have with the field that gives it another', () => {
    property((composite) => {
      for (const { what, path } of exclusiveOf(platform, offerNamed(kind), composite)) {
        expect(what).toMatch(/^[a-z]+ \S+ at /);
        expect(path).toMatch(/^(spec\.|metadata\.name$)/);
      }
    });
  });

  test('has no two resources of one kind and name, or of one key', () => {
    property((composite) => {
      const { resources } = plain(settled(composite).response);
      const identities = resources.map(
        ({ object }) => `${object.kind} ${(object.metadata as { name: string }).name}`,
      );
      expect(new Set(identities).size).toBe(identities.length);
      expect(new Set(resources.map(({ key }) => key)).size).toBe(resources.length);
    });
  });
});
