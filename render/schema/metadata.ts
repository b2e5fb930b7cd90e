import type { Json, JsonObject, Problem } from '../../functions/composition/contract.ts';
import type { Schema } from '../../functions/composition/schema.ts';
import { conform, isObject } from '../../functions/composition/schema.ts';
import { unknownFields } from './unknown-fields.ts';

const strings: Schema = { type: 'object', additionalProperties: { type: 'string' } };
const anything: Schema = { type: 'object' };

/**
 * What a person may write into `metadata`, and what a cluster writes there.
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/
 */
const metadata: Schema = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string' },
    namespace: { type: 'string' },
    labels: strings,
    annotations: strings,
    finalizers: { type: 'array', items: { type: 'string' } },
    ownerReferences: { type: 'array' },
    generateName: { type: 'string' },
    uid: { type: 'string' },
    resourceVersion: { type: 'string' },
    generation: { type: 'integer' },
    creationTimestamp: { type: 'string' },
    deletionTimestamp: { type: 'string' },
    deletionGracePeriodSeconds: { type: 'integer' },
    managedFields: { type: 'array' },
    selfLink: { type: 'string' },
  },
};

const wholeObject: Schema = {
  type: 'object',
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: anything,
    spec: anything,
    status: anything,
  },
};

const label = /^([a-z0-9]([-a-z0-9]*[a-z0-9])?)$/;
const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;
const labelKey = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;

/** What the API server says of the fields around `spec`, of any object that Crossplane reconciles. */
export function metadataProblems(claim: JsonObject): Problem[] {
  const top = Object.fromEntries(Object.keys(claim).map((name) => [name, {}]));
  const given = claim.metadata;
  const known = isObject(given) ? unknownFields(metadata, given, 'metadata') : [];
  return [
    ...unknownFields(wholeObject, top, ''),
    ...known,
    ...conform(metadata, given ?? {}, 'metadata').problems,
    ...(isObject(given) ? [...nameProblems(given), ...labelProblems(given)] : []),
  ];
}

function nameProblems({ name, namespace }: JsonObject): Problem[] {
  const problems: Problem[] = [];
  const path = 'metadata.name';
  // Crossplane writes the name into a label, whose values are this long at the most.
  if (isText(name) && name.length > 63)
    problems.push({ path, message: `may have at most 63 characters, has ${name.length}` });
  if (isText(name) && !subdomain.test(name))
    problems.push({
      path,
      message: `${JSON.stringify(name)} is not a name; it may have lower-case letters, digits, hyphens and dots, and starts and ends with a letter or digit`,
    });
  if (isText(namespace) && (!label.test(namespace) || namespace.length > 63))
    problems.push({
      path: 'metadata.namespace',
      message: `${JSON.stringify(namespace)} is not the name of a namespace: up to 63 lower-case letters, digits and hyphens`,
    });
  return problems;
}

function labelProblems({ labels, annotations }: JsonObject): Problem[] {
  return [
    ...Object.entries(isObject(labels) ? labels : {}).flatMap(([key, value]) => [
      ...keyProblem('labels', key),
      ...(isText(value) && (value.length > 63 || !labelValue.test(value))
        ? [
            {
              path: `metadata.labels.${key}`,
              message: `${JSON.stringify(value)} is not a label's value: up to 63 letters, digits, hyphens, dots and underscores`,
            },
          ]
        : []),
    ]),
    ...Object.keys(isObject(annotations) ? annotations : {}).flatMap((key) => keyProblem('annotations', key)),
  ];
}

function keyProblem(of: string, key: string): Problem[] {
  const name = key.slice(key.indexOf('/') + 1);
  if (labelKey.test(key) && name.length <= 63 && key.length <= 317) return [];
  return [
    {
      path: `metadata.${of}.${key}`,
      message: 'is not a key: a name of up to 63 characters, with a DNS name and a slash before it or not',
    },
  ];
}

function isText(value: Json | undefined): value is string {
  return typeof value === 'string' && value !== '';
}
