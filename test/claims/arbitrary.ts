import fc from 'fast-check';
import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { schema as agentExecutor } from '../../functions/kinds/agent-executor/xr.gen.ts';
import { schema as dragonflyInstance } from '../../functions/kinds/dragonfly-instance/xr.gen.ts';
import { schema as postgresInstance } from '../../functions/kinds/postgres-instance/xr.gen.ts';
import { number, object, text } from '../../functions/composition/read.ts';
import type { Schema } from '../../functions/composition/schema.ts';

/** What it takes to draw valid claims of one kind: the schema draws, `valid` repairs what only CEL says. */
interface Drawn {
  readonly apiVersion: string;
  readonly kind: string;
  readonly longestName: number;
  readonly schema: Schema;
  readonly valid: (spec: JsonObject) => boolean;
}

const reserved = new Set(['postgres', 'template0', 'template1', 'streaming_replica']);

const drawn: readonly Drawn[] = [
  {
    apiVersion: 'database.bizmatters.io/v1alpha1',
    kind: 'PostgresInstance',
    longestName: 50,
    schema: postgresInstance,
    valid: ({ database, owner, parameters }) =>
      !reserved.has(text(database)) &&
      !reserved.has(text(owner)) &&
      !/^(pg|cnpg)_/.test(text(owner)) &&
      Object.keys(object(parameters)).every((name) => name.startsWith('app.')),
  },
  {
    apiVersion: 'database.bizmatters.io/v1alpha1',
    kind: 'DragonflyInstance',
    longestName: 52,
    schema: dragonflyInstance,
    valid: () => true,
  },
  {
    apiVersion: 'platform.bizmatters.io/v1alpha1',
    kind: 'AgentExecutor',
    longestName: 47,
    schema: agentExecutor,
    valid: (spec) => validScaling(spec.scaling) && validEnvironment(spec.env),
  },
];

export type KindName = 'PostgresInstance' | 'DragonflyInstance' | 'AgentExecutor';

/** Valid claims of a kind, as a user would write them: fields left out, at their bounds, and in between. */
export function arbitraryClaim(kind: KindName): fc.Arbitrary<JsonObject> {
  const found = drawn.find((each) => each.kind === kind);
  if (found === undefined) throw new Error(`no kind ${kind}`);
  return fc
    .record({
      name: arbitraryName(found.longestName),
      namespace: arbitraryName(63),
      spec: arbitraryObject(found.schema, kind).filter(found.valid),
      uid: fc.uuid(),
    })
    .map(({ name, namespace, spec, uid }) => ({
      apiVersion: found.apiVersion,
      kind,
      metadata: { name, namespace, uid },
      spec,
    }));
}

const arbitraryName = (longest: number) =>
  fc.oneof(
    fc
      .stringMatching(new RegExp(`^[a-z]([-a-z0-9]{0,${longest - 2}}[a-z0-9])?$`))
      .filter((name) => !reserved.has(name)),
    fc.constant('a'.repeat(longest)),
  );

function arbitraryObject(schema: Schema, path: string): fc.Arbitrary<JsonObject> {
  const fields = Object.entries(schema.properties ?? {}).map(
    ([name, field]) => [name, arbitraryValue(field, `${path}.${name}`)] as const,
  );
  return fc.record(Object.fromEntries(fields), {
    requiredKeys: [...(schema.required ?? [])],
  }) as fc.Arbitrary<JsonObject>;
}

/** A block, and now and then a block inside of it that stays closed. */
const block = fc
  .tuple(
    fc.boolean(),
    fc.integer({ min: 1, max: 31 }),
    fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }),
    fc.boolean(),
  )
  .map(([six, prefix, drawn, closed]) => {
    const first = (drawn >> BigInt(32 - prefix)) << BigInt(32 - prefix);
    const bytes = [24n, 16n, 8n, 0n].map((shift) => (first >> shift) & 255n);
    const groups = [first >> 16n, first & 0xffffn].map((group) => group.toString(16));
    const address = six ? `${groups.join(':')}::` : bytes.join('.');
    return { cidr: `${address}/${prefix}`, ...(closed ? { except: [`${address}/${prefix + 1}`] } : {}) };
  });

/** Pods by namespace, labels, both or neither. */
const pods = fc.record(
  {
    namespace: fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/),
    pods: fc.dictionary(
      fc.stringMatching(/^([a-z0-9]{1,9}\.example\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/),
      fc.stringMatching(/^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/),
      { maxKeys: 4 },
    ),
  },
  { requiredKeys: [] },
);

/** Fields whose pattern alone would draw nothing that passes their CEL rule, or nothing a server would take. */
const special: Readonly<Record<string, fc.Arbitrary<Json>>> = {
  'AgentExecutor.image': fc
    .tuple(
      fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}[a-z0-9](\/[a-z0-9]{1,12}){1,3}$/),
      fc.stringMatching(/^v[0-9]{1,3}(\.[0-9]{1,3}){2}$/),
    )
    .map(([name, tag]) => `${name}:${tag}`),
  'AgentExecutor.natsUrl': fc
    .tuple(
      fc.constantFrom('nats', 'tls'),
      fc.oneof(fc.domain(), fc.ipV4()),
      fc.integer({ min: 0, max: 65_535 }),
    )
    .map(([scheme, host, port]) => `${scheme}://${host}${port === 0 ? '' : `:${port}`}`),
  'AgentExecutor.natsMonitoringEndpoint': fc
    .tuple(fc.domain(), fc.integer({ min: 1, max: 65_535 }))
    .map(([host, port]) => `${host}:${port}`),
  'AgentExecutor.ingress[]': pods,
  'AgentExecutor.egress[]': fc
    .tuple(
      fc.oneof(
        block,
        pods.filter((drawn) => Object.keys(drawn).length > 0),
      ),
      fc.option(fc.array(fc.integer({ min: 1, max: 65_535 }), { maxLength: 3 }), { nil: undefined }),
    )
    .map(([drawn, ports]) => ({ ...drawn, ...(ports === undefined ? {} : { ports }) })),
  'PostgresInstance.backup.schedule': fc.constantFrom('0 0 3 * * *', '0 */15 * * * *'),
  'DragonflyInstance.snapshotSchedule': fc.constantFrom('*/5 * * * *', '0 3 * * 0'),
};

const objectName = fc.stringMatching(/^[a-z]([-a-z0-9]{0,40}[a-z0-9])?$/);

function arbitraryValue(schema: Schema, path: string): fc.Arbitrary<Json> {
  const exact = special[path];
  if (exact !== undefined) return exact;
  if (/(Secret|secretKeyRef\.name|storageClassName|objectStore|imagePullSecrets\[\])$/.test(path))
    return objectName;
  if (path.endsWith('secretKeyRef.key')) return fc.stringMatching(/^[A-Za-z][A-Za-z0-9_.-]{0,20}$/);
  switch (schema.type) {
    case 'object':
      return schema.additionalProperties === undefined
        ? arbitraryObject(schema, path)
        : fc.dictionary(fc.stringMatching(/^app\.[a-z_]{1,12}$/), fc.string({ maxLength: 40 }), {
            maxKeys: 5,
          });
    case 'array':
      return arbitraryList(schema, path);
    case 'string':
      return arbitraryText(schema);
    case 'integer':
    case 'number':
      return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1_000_000 });
    case 'boolean':
      return fc.boolean();
  }
}

function arbitraryList(schema: Schema, path: string): fc.Arbitrary<Json[]> {
  const { items } = schema;
  if (items === undefined) return fc.constant([]);
  const bounds = { minLength: schema.minItems ?? 0, maxLength: Math.min(schema.maxItems ?? 5, 5) };
  const member = arbitraryValue(items, `${path}[]`);
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  return schema['x-kubernetes-list-type'] === undefined
    ? fc.array(member, bounds)
    : fc.uniqueArray(member, {
        ...bounds,
        selector: (each) =>
          keys.length === 0 ? each : JSON.stringify(keys.map((key) => object(each)[key] ?? null)),
      });
}

function arbitraryText(schema: Schema): fc.Arbitrary<string> {
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const { minLength = 0, maxLength = 40, pattern } = schema;
  const bounds = { minLength, maxLength: Math.min(maxLength, 63) };
  if (pattern === undefined) return fc.string({ ...bounds, unit: 'grapheme-ascii' });
  return fc
    .stringMatching(new RegExp(pattern), { maxLength: bounds.maxLength })
    .filter((text) => text.length >= minLength && text.length <= maxLength);
}

function validScaling(scaling: Json | undefined): boolean {
  const minReplicas = number(object(scaling).minReplicas) ?? 1;
  const maxReplicas = number(object(scaling).maxReplicas) ?? 10;
  return minReplicas <= maxReplicas;
}

function validEnvironment(env: Json | undefined): boolean {
  return (Array.isArray(env) ? env : []).every((each) => {
    const { name, value, secretKeyRef } = object(each);
    return (
      (value === undefined) !== (secretKeyRef === undefined) &&
      !/^(NATS|POSTGRES|DRAGONFLY|OPENAI|ANTHROPIC|PORT|WORKER|SHUTDOWN)/.test(text(name))
    );
  });
}
