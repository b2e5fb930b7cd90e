import { join } from 'node:path';
import {
  apiEntityV1alpha1Validator,
  componentEntityV1alpha1Validator,
  EntityPolicies,
  entityKindSchemaValidator,
  FieldFormatEntityPolicy,
  groupEntityV1alpha1Validator,
  locationEntityV1alpha1Validator,
  NoForeignRootFieldsEntityPolicy,
  SchemaValidEntityPolicy,
  stringifyEntityRef,
  systemEntityV1alpha1Validator,
} from '@backstage/catalog-model';
import type { Entity } from '@backstage/catalog-model';
import { loadAll } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { kinds } from '../../functions/kinds/registry.ts';
import { filesIn, read } from '../structure/sources.ts';

const folder = 'examples/backstage';
const files = [
  `${folder}/catalog-info.yaml`,
  `${folder}/kinds.yaml`,
  ...filesIn(`${folder}/templates/*/template.yaml`),
];

/** What an entity says of others. */
interface Relations {
  readonly owner?: string;
  readonly system?: string;
  readonly providesApis?: readonly string[];
}

/** The entities of a file, with the texts of the files that they name, as the catalog has them. */
function entitiesIn(path: string): Entity[] {
  const withTexts = (_key: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && '$text' in value
      ? read(join(path, '..', String(value.$text)))
      : value;
  return loadAll(read(path)).map((entity) => JSON.parse(JSON.stringify(entity), withTexts) as Entity);
}

const named = files.flatMap(entitiesIn).map((entity) => ({ entity, ref: stringifyEntityRef(entity) }));

/** The rules of the catalog for every entity. */
const policy = EntityPolicies.allOf([
  new SchemaValidEntityPolicy(),
  new NoForeignRootFieldsEntityPolicy(),
  new FieldFormatEntityPolicy(),
]);

/**
 * Templates are the scaffolder's own kind, whose schema comes with 120 MB of packages; this is what it requires.
 * https://backstage.io/docs/features/software-catalog/descriptor-format#kind-template
 */
const templateSchema = {
  $id: 'Template',
  allOf: [
    { $ref: 'Entity' },
    {
      type: 'object',
      required: ['spec'],
      properties: {
        apiVersion: { enum: ['scaffolder.backstage.io/v1beta3'] },
        kind: { enum: ['Template'] },
        spec: {
          type: 'object',
          required: ['type', 'steps'],
          properties: {
            type: { type: 'string', minLength: 1 },
            owner: { type: 'string', minLength: 1 },
            parameters: { type: 'array', items: { type: 'object', required: ['title', 'properties'] } },
            steps: {
              type: 'array',
              minItems: 1,
              items: {
                type: 'object',
                required: ['action'],
                properties: { id: { type: 'string' }, name: { type: 'string' }, input: { type: 'object' } },
              },
            },
          },
        },
      },
    },
  ],
};
const isTemplate = entityKindSchemaValidator(templateSchema);

const validators = [
  apiEntityV1alpha1Validator,
  componentEntityV1alpha1Validator,
  groupEntityV1alpha1Validator,
  locationEntityV1alpha1Validator,
  systemEntityV1alpha1Validator,
  { check: (entity: Entity) => Promise.resolve(isTemplate(entity) !== false) },
];

describe('the catalog', () => {
  test.each(named)('takes $ref', async ({ entity }) => {
    await expect(policy.enforce(entity)).resolves.toBeDefined();
    const taken = await Promise.all(validators.map((each) => each.check(entity)));
    expect(taken.filter(Boolean)).toEqual([true]);
  });

  test('refuses a template without steps, and an API without a definition', async () => {
    const without = (kind: string, field: string) => {
      const entity = structuredClone(named.find((each) => each.entity.kind === kind)?.entity);
      if (entity?.spec !== undefined) delete entity.spec[field];
      return entity as Entity;
    };
    expect(() => isTemplate(without('Template', 'steps'))).toThrow(/steps/);
    await expect(apiEntityV1alpha1Validator.check(without('API', 'definition'))).rejects.toThrow(
      /definition/,
    );
  });

  test('has an owner for everything', () => {
    const ownerless = new Set(['Group', 'Location']);
    const orphans = named.filter(
      ({ entity }) => !ownerless.has(entity.kind) && entity.spec?.['owner'] !== 'group:default/platform',
    );
    expect(orphans.map(({ ref }) => ref)).toEqual([]);
  });

  test('names only what is there', () => {
    const refs = new Set(named.map(({ ref }) => ref));
    const given = named.flatMap(({ entity }) => {
      const { owner, system, providesApis } = (entity.spec ?? {}) as Relations;
      const systems = system === undefined ? [] : [`system:default/${system}`];
      return [
        ...(owner === undefined ? [] : [owner]),
        ...systems,
        ...(providesApis ?? []).map((api) => `api:default/${api}`),
      ];
    });
    expect(given.filter((ref) => !refs.has(ref))).toEqual([]);
  });

  test('has an API for every kind, whose definition is its XRD', () => {
    const apis = named.filter(({ entity }) => entity.kind === 'API');
    expect(new Set(apis.map(({ entity }) => entity.metadata.title))).toEqual(
      new Set(kinds.map(({ kind }) => kind)),
    );
    for (const { entity } of apis)
      expect(entity.spec?.['definition']).toMatch(new RegExp(`^    kind: ${entity.metadata.title}$`, 'm'));
  });

  test('reaches every file from the first', () => {
    const targets = named.flatMap(({ entity }) => (entity.spec?.['targets'] ?? []) as string[]);
    expect(targets.map((target) => join(folder, target)).toSorted()).toEqual(files.slice(1).toSorted());
  });
});
