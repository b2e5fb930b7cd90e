import type { Claim, Composition, Context, Kind, Output } from '../../functions/composition/contract.ts';
import { readDefinition } from '../../render/schema/definition.ts';
import { readYaml } from '../../render/yaml/read.ts';

/** A kind with a rule of each sort, for tests of the engine around the real ones. */
export const tinyXrd = `
apiVersion: apiextensions.crossplane.io/v2
kind: CompositeResourceDefinition
metadata: { name: tinies.example.org }
spec:
  scope: Namespaced
  group: example.org
  names: { kind: Tiny, plural: tinies }
  defaultCompositionRef: { name: tinies.example.org }
  versions:
    - name: v1
      served: true
      referenceable: true
      schema:
        openAPIV3Schema:
          type: object
          x-kubernetes-validations:
            - { rule: self.metadata.name.size() <= 10, message: metadata.name may have at most 10 characters }
          properties:
            spec:
              type: object
              required: [color]
              x-kubernetes-validations:
                - rule: "!has(self.parts) || self.parts.size() <= self.limit"
                  message: parts cannot be more than limit
                  fieldPath: .parts
              properties:
                color: { type: string, enum: [red, green], x-kubernetes-validations: [{ rule: self == oldSelf, message: color cannot change }] }
                limit: { type: integer, minimum: 1, default: 2 }
                nested:
                  type: object
                  default: {}
                  properties:
                    deep: { type: string, default: down }
                parts:
                  type: array
                  maxItems: 5
                  x-kubernetes-list-type: map
                  x-kubernetes-list-map-keys: [name]
                  items:
                    type: object
                    required: [name]
                    properties:
                      name: { type: string }
                      weight: { type: integer, default: 1, x-kubernetes-validations: [{ rule: self >= oldSelf, message: weight only grows }] }
                extra: { type: object, additionalProperties: { type: string } }
            status:
              type: object
              properties:
                phase: { type: string }
`;

const definition = readDefinition(readYaml(tinyXrd)[0]?.value ?? null);

type Compose = (claim: Claim, context: Context) => Partial<Output> | Composition;

/** A kind that composes as the test says; what it does not say is empty. */
export function tinyKind(compose: Compose): Kind {
  return {
    apiVersion: definition.apiVersion,
    kind: definition.kind,
    schema: definition.spec,
    compose(claim, context) {
      const answer = compose(claim, context);
      if ('kind' in answer) return answer;
      const output = { resources: [], status: {}, conditions: [], requirements: {}, ttl: 0, ...answer };
      return { kind: 'composed', output };
    },
  };
}
