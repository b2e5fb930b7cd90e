import type { KindNames } from './names.ts';
import { composeText, serviceAccountText } from './skeleton-code.ts';

/** A file of the skeleton: its path from the root of the repository, and what it says. */
export interface File {
  readonly path: string;
  readonly content: string;
}

/** Every new file of a kind. */
export function skeleton(names: KindNames): readonly File[] {
  const { folder, plural, group } = names;
  const definition = `${plural}.${group}.yaml`;
  return [
    { path: `xrds/${definition}`, content: definitionText(names) },
    { path: `compositions/${definition}`, content: compositionText(names) },
    { path: `functions/kinds/${folder}/compose.ts`, content: composeText(names) },
    { path: `functions/kinds/${folder}/service-account.ts`, content: serviceAccountText(names) },
    { path: `examples/${folder}/minimal.yaml`, content: `${exampleText(names)}spec: {}\n` },
    { path: `examples/${folder}/full.yaml`, content: `${exampleText(names)}spec:\n  purpose: an example\n` },
  ];
}

function exampleText({ kind, group, folder }: KindNames): string {
  return `# yaml-language-server: $schema=../../schemas/${group}/${kind.toLowerCase()}_v1alpha1.json
apiVersion: ${group}/v1alpha1
kind: ${kind}
metadata:
  name: my-${folder}
  namespace: shop
`;
}

function compositionText({ kind, group, plural }: KindNames): string {
  return `apiVersion: apiextensions.crossplane.io/v1
kind: Composition
metadata:
  name: ${plural}.${group}
spec:
  compositeTypeRef:
    apiVersion: ${group}/v1alpha1
    kind: ${kind}
  mode: Pipeline
  pipeline:
    - step: compose
      functionRef:
        name: bizmatters-function-zerotouch
`;
}

function definitionText({ kind, group, plural, short, words }: KindNames): string {
  return `apiVersion: apiextensions.crossplane.io/v2
kind: CompositeResourceDefinition
metadata:
  name: ${plural}.${group}
spec:
  scope: Namespaced
  group: ${group}
  names:
    kind: ${kind}
    listKind: ${kind}List
    plural: ${plural}
    singular: ${kind.toLowerCase()}
    shortNames: [${short}]
    categories: [zerotouch]
  defaultCompositionRef:
    name: ${plural}.${group}
  versions:
    - name: v1alpha1
      served: true
      referenceable: true
      additionalPrinterColumns:
        - { name: PHASE, type: string, jsonPath: .status.phase }
        - { name: MESSAGE, type: string, jsonPath: .status.message, priority: 1 }
      schema:
        openAPIV3Schema:
          type: object
          description: One ${words}.
          x-kubernetes-validations:
            - rule: self.metadata.name.size() <= 50
              message: metadata.name may have at most 50 characters, because composed resources are named after it
            - rule: self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$')
              message: >-
                metadata.name must start with a letter and have only lower-case letters, digits and hyphens,
                because composed resources are named after it
          properties:
            spec:
              type: object
              properties:
                purpose:
                  type: string
                  description: What it is for, in the owner's words. Kept as an annotation.
                  minLength: 1
                  maxLength: 253
            status:
              type: object
              properties:
                phase:
                  type: string
                  description: The state in one word.
                  enum: [Pending, Provisioning, Ready, Degraded, Failed]
                message:
                  type: string
                  description: The state in one sentence.
`;
}
