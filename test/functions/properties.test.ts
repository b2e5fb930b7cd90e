import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject, Lookup, Observed, Response } from '../../functions/composition/contract.ts';
import { arbitraryClaim } from '../claims/arbitrary.ts';
import { kindNames } from '../claims/offers.ts';
import { call, plain } from './call.ts';

const password = 'Zx9-plaintext-that-must-stay-in-Secret-data_';

/** Every requirement answered: with an object store where one is asked for, and otherwise with nothing. */
function answered(response: Response): Record<string, Lookup> {
  return Object.fromEntries(
    Object.entries(response.requirements).map(([key, { kind }]) => [
      key,
      kind === 'ObjectStore' ? { spec: { configuration: { destinationPath: 's3://somewhere' } } } : null,
    ]),
  );
}

function settled(composite: JsonObject): { response: Response; required: Record<string, Lookup> } {
  const required = answered(call(composite));
  return { response: call(composite, { required, password }), required };
}

function asObserved(response: Response): Record<string, Observed> {
  return Object.fromEntries(
    plain(response).resources.map(({ key, object }) => [key, object as unknown as Observed]),
  );
}

describe.each(kindNames)('any valid %s', (kind) => {
  const property = (check: (composite: JsonObject) => void) =>
    fc.assert(fc.property(arbitraryClaim(kind), check), { seed: 20261121, numRuns: 200 });

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
      { seed: 20261121, numRuns: 300 },
    );
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
        expect(metadata.name.length, key).toBeLessThanOrEqual(63);
        expect(metadata.name, key).toMatch(/^[a-z]([-a-z0-9]*[a-z0-9])?$/);
        for (const value of Object.values(metadata.labels)) expect(value.length, key).toBeLessThanOrEqual(63);
        expect(key).toMatch(/^[a-z]+(-[a-z0-9]+)*$/);
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
