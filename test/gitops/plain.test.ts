import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { object } from '../../functions/composition/read.ts';
import { isObject } from '../../functions/composition/schema.ts';
import { call } from '../functions/call.ts';
import { app, describeObject, document, objectsIn } from './repositories.ts';

const { resources } = call(document(`${app}/platform/base/agent-executor-claim.yaml`));
const composed = resources.map((each) => JSON.parse(JSON.stringify(each.object)) as JsonObject);
const byHand = objectsIn(`${app}/plain`);

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

test('what is written by hand is what an AgentExecutor becomes, but for the NetworkPolicy', () => {
  expect(prepared(byHand)).toEqual(prepared(composed.filter(({ kind }) => kind !== 'NetworkPolicy')));
});

test('nothing else than the NetworkPolicy is left out', () => {
  expect(composed.length - byHand.length).toBe(1);
});
