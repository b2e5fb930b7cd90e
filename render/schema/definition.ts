import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { at, list, object, text } from '../../functions/composition/read.ts';
import type { Schema } from '../../functions/composition/schema.ts';
import { structural } from './structural.ts';

/** A kind of claim as its XRD defines it. */
export interface Definition {
  /** Name of the XRD: `<plural>.<group>`. */
  readonly name: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Group and version. */
  readonly apiVersion: string;
  /** The schema as it is written, with prose and rules. */
  readonly openApi: JsonObject;
  readonly spec: Schema;
  /** Of `spec` in the cluster, where Crossplane adds fields of its own. */
  readonly storedSpec: Schema;
  readonly status: Schema;
  /** The Composition that every claim of the kind gets, or empty when the XRD enforces none. */
  readonly composition: string;
}

const name: Schema = { type: 'object', required: ['name'], properties: { name: { type: 'string' } } };
const selector: Schema = {
  type: 'object',
  required: ['matchLabels'],
  properties: { matchLabels: { type: 'object', additionalProperties: { type: 'string' } } },
};

/**
 * `spec.crossplane`, which Crossplane adds to every namespaced composite resource.
 * https://github.com/crossplane/crossplane-runtime/blob/v2.4.0/pkg/xcrd/schemas.go
 */
const machinery: Schema = {
  type: 'object',
  properties: {
    compositionRef: name,
    compositionSelector: selector,
    compositionRevisionRef: name,
    compositionRevisionSelector: selector,
    compositionUpdatePolicy: { type: 'string', enum: ['Automatic', 'Manual'] },
    resourceRefs: {
      type: 'array',
      items: {
        type: 'object',
        required: ['apiVersion', 'kind'],
        properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, name: { type: 'string' } },
      },
    },
  },
};

/** The referenceable version of an XRD. Throws when it is not one, or says what nobody here would check. */
export function readDefinition(xrd: Json): Definition {
  if (text(at(xrd, 'kind')) !== 'CompositeResourceDefinition')
    throw new Error(
      `expected a CompositeResourceDefinition, got ${text(at(xrd, 'kind')) || 'something else'}`,
    );
  const version = list(at(xrd, 'spec', 'versions')).find((each) => at(each, 'referenceable') === true);
  if (version === undefined) throw new Error('no version of it is referenceable');
  const openApi = object(at(version, 'schema', 'openAPIV3Schema'));
  const properties = object(openApi.properties);
  const spec = structural(properties.spec, 'spec');
  const group = text(at(xrd, 'spec', 'group'));
  const versionName = text(at(version, 'name'));
  return {
    name: text(at(xrd, 'metadata', 'name')),
    group,
    version: versionName,
    kind: text(at(xrd, 'spec', 'names', 'kind')),
    apiVersion: `${group}/${versionName}`,
    openApi,
    spec,
    storedSpec: { ...spec, properties: { ...spec.properties, crossplane: machinery } },
    status: structural(properties.status ?? { type: 'object' }, 'status'),
    composition: text(at(xrd, 'spec', 'defaultCompositionRef', 'name')),
  };
}
