import { readFileSync } from 'node:fs';
import { RunFunctionRequest } from '@crossplane-org/function-sdk-typescript';
import { load, loadAll } from 'js-yaml';
import type { Json, JsonObject } from '../functions/composition/contract.ts';
import { at, text } from '../functions/composition/read.ts';
import { kinds } from '../functions/kinds/registry.ts';
import { conform } from '../functions/composition/schema.ts';
import { emptyKind } from './empty-kind.ts';

/** One call as core makes it. */
export interface Case {
  readonly name: string;
  readonly size: 'small' | 'large';
  readonly request: Buffer;
}

/** What core answers when it has looked for something that is not there. */
const absent = { items: [] };

/** The calls that are measured, made from the examples. The first is the smallest, the last the largest. */
export function cases(): Case[] {
  const looked = { conn: absent };
  return [
    small('PostgresInstance, new', { composite: claim('postgres-instance/minimal'), required: looked }),
    small('PostgresInstance, ready', ready()),
    small('DragonflyInstance, new', { composite: claim('dragonfly-instance/minimal'), required: looked }),
    small('AgentExecutor, new', { composite: claim('agent-executor/minimal') }),
    { name: 'PostgresInstance, 50 × 4 KB', size: 'large', request: encode(crowded(ready())) },
  ];
}

/** The smallest and the largest once more, of a kind that composes nothing. */
export function emptyCases(): Case[] {
  const { apiVersion, kind } = emptyKind;
  const emptied = (sent: Sent) => encode({ ...sent, composite: { ...sent.composite, apiVersion, kind } });
  const first = { composite: claim('postgres-instance/minimal'), required: { conn: absent } };
  return [
    { name: 'nothing composed', size: 'small', request: emptied(first) },
    { name: 'nothing composed, 50 × 4 KB', size: 'large', request: emptied(crowded(ready())) },
  ];
}

function small(name: string, sent: Sent): Case {
  return { name, size: 'small', request: encode(sent) };
}

function ready() {
  return {
    composite: claim('postgres-instance/ready'),
    observed: observed('postgres-instance/ready'),
    required: { conn: { items: [{ resource: objects('postgres-instance/ready.required')[0] ?? {} }] } },
  };
}

/** With 50 observed resources of 4 KB, of which the kind reads those that it had before. */
function crowded({ observed, ...rest }: ReturnType<typeof ready>): Sent {
  const names = [...Object.keys(observed), ...Array.from({ length: 50 }, (_, i) => `other-${i}`)].slice(
    0,
    50,
  );
  return {
    ...rest,
    observed: Object.fromEntries(names.map((name) => [name, padTo(4096, observed[name] ?? {})])),
  };
}

function objects(path: string): JsonObject[] {
  return loadAll(readFileSync(`examples/${path}.yaml`, 'utf8')) as JsonObject[];
}

/** A claim as the API server has stored it: defaults filled in, managed fields, what core writes into the spec. */
function claim(path: string): JsonObject {
  const given = load(readFileSync(`examples/${path}.yaml`, 'utf8')) as JsonObject;
  const kind = kinds.find((each) => each.kind === given.kind);
  if (kind === undefined) throw new Error(`examples/${path}.yaml is of no kind of ours`);
  const name = text(at(given, 'metadata', 'name'));
  const plural = `${kind.kind.toLowerCase()}s.${kind.apiVersion.split('/')[0]}`;
  const crossplane = {
    compositionRef: { name: plural },
    compositionRevisionRef: { name: `${plural}-5ae1f42` },
    compositionUpdatePolicy: 'Automatic',
    resourceRefs: [{ apiVersion: 'v1', kind: 'Secret', name: `${name}-conn` }],
  };
  return {
    ...given,
    metadata: {
      name,
      namespace: at(given, 'metadata', 'namespace') ?? '',
      uid: '3f2b1c52-7a0e-4a53-9d43-0f5b3a4f9a10',
      resourceVersion: '184467',
      generation: 3,
      creationTimestamp: '2026-11-20T09:12:44Z',
      finalizers: ['composite.apiextensions.crossplane.io'],
      labels: { 'crossplane.io/composite': name },
      managedFields: ['kubectl', 'crossplane'].map(managed),
    },
    spec: { ...(conform(kind.schema, given.spec ?? {}, 'spec').value as JsonObject), crossplane },
  };
}

function managed(manager: string): Json {
  const fields = {
    'f:metadata': { 'f:annotations': {}, 'f:labels': {} },
    'f:spec': { 'f:size': {}, 'f:crossplane': {} },
  };
  return {
    manager,
    operation: 'Apply',
    apiVersion: 'database.bizmatters.io/v1alpha1',
    time: '2026-11-20T09:12:44Z',
    fieldsType: 'FieldsV1',
    fieldsV1: fields,
  };
}

/** By the key that core notes on each composed resource. */
function observed(path: string): Record<string, JsonObject> {
  return Object.fromEntries(
    objects(`${path}.observed`).map((object) => {
      const key = text(at(object, 'metadata', 'annotations', 'crossplane.io/composition-resource-name'));
      return [key, { ...object }];
    }),
  );
}

/** With as many fields, of about 54 bytes each on the wire, as it takes. */
function padTo(bytes: number, object: JsonObject): JsonObject {
  const missing = Math.max(0, bytes - JSON.stringify(object).length);
  const fields = Array.from({ length: Math.ceil(missing / 54) }, (_, i) => [`field-${i}`, 'x'.repeat(38)]);
  return { ...object, padding: Object.fromEntries(fields) as JsonObject };
}

interface Sent {
  readonly composite: JsonObject;
  readonly observed?: Readonly<Record<string, JsonObject>>;
  readonly required?: Readonly<Record<string, { readonly items: readonly object[] }>>;
}

function encode({ composite, observed = {}, required = {} }: Sent): Buffer {
  const request = RunFunctionRequest.fromPartial({
    meta: {
      tag: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c',
      capabilities: [1, 2, 3, 4, 5],
    },
    observed: {
      composite: { resource: composite },
      resources: Object.fromEntries(Object.entries(observed).map(([key, resource]) => [key, { resource }])),
    },
    requiredResources: required,
  } as object);
  return Buffer.from(RunFunctionRequest.encode(request).finish());
}
