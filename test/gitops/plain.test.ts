import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { object, text } from '../../functions/composition/read.ts';
import { isObject } from '../../functions/composition/schema.ts';
import { call } from '../functions/call.ts';
import { app, describeObject, document, objectsIn } from './repositories.ts';

const byHand = objectsIn(`${app}/plain`);

/** Every key that Pods ask for, wherever it is. */
const secretKeys = [...JSON.stringify(byHand).matchAll(/"secretKeyRef":\{[^}]*"key":"(\w+)"/g)]
  .map(([, key = '']) => key)
  .concat('.dockerconfigjson');

const claim = document(`${app}/platform/base/agent-executor-claim.yaml`);
/** With every Secret there, and no settings of a platform: until then the Deployment is paused, as nobody writes it by hand. */
const required = Object.entries(call(claim).requirements).map(
  ([key, { kind }]) => [key, kind === 'Secret' ? secretOf(key) : null] as const,
);
const { resources } = call(claim, { required: Object.fromEntries(required) });
/** Tenants may not commit policies, and what the function draws comes from the secret store. */
const leftOut = ['NetworkPolicy', 'Secret'];

function secretOf(key: string): JsonObject {
  if (key === 'api') return { type: 'Opaque', data: { token: 'eA==' } };
  return { data: Object.fromEntries(secretKeys.map((name) => [name, 'eA=='])) };
}

const composed = resources.map((each) => JSON.parse(JSON.stringify(each.object)) as JsonObject);
/** Without what is Argo CD's in one of them, and ours in the other: annotations, and the label of who manages it. */
function comparable(value: Json): Json {
  if (Array.isArray(value)) return value.map(comparable);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== 'annotations' && key !== 'app.kubernetes.io/managed-by')
      .map(([key, each]) => [key, comparable(each)]),
  );
}

/** A Job has its name from a hash in one of them, and from its author in the other. */
function nameless(job: JsonObject): JsonObject {
  const { name: _name, ...metadata } = object(job.metadata);
  return { ...job, metadata };
}

function prepared(objects: readonly JsonObject[]): JsonObject[] {
  return objects
    .map((each) => (each.kind === 'Job' ? nameless(each) : each))
    .map((each) => object(comparable(each)))
    .toSorted((a, b) => (describeObject(a) < describeObject(b) ? -1 : 1));
}

test('what is written by hand is what an AgentExecutor becomes, but for policies and the drawn token', () => {
  const wanted = composed.filter(({ kind }) => !leftOut.includes(text(kind)));
  expect(prepared(byHand.filter(({ kind }) => kind !== 'ExternalSecret'))).toEqual(prepared(wanted));
});

test('nothing else is left out, and the token has a Secret of the name that Pods ask for', () => {
  const missing = composed.map(({ kind }) => text(kind)).filter((kind) => leftOut.includes(kind));
  expect(missing.toSorted((a, b) => a.localeCompare(b))).toEqual([
    'NetworkPolicy',
    'NetworkPolicy',
    'Secret',
  ]);
  const token = byHand.find(({ kind }) => kind === 'ExternalSecret');
  const drawn = composed.find(({ kind }) => kind === 'Secret');
  expect(object(object(token?.spec).target).name).toBe(object(drawn?.metadata).name);
});
