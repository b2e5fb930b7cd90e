import type { JsonObject } from '../../functions/composition/contract.ts';
import type { Schema } from '../../functions/composition/schema.ts';
import { isObject } from '../../functions/composition/schema.ts';

/** A schema with its sentence for people. */
type Described = Schema & { readonly description: string };

/** Names of Applications and projects that are the platform's own, or Argo CD's. */
export const reservedNames = [
  'argocd',
  'cloudnative-pg',
  'crossplane',
  'default',
  'dragonfly-operator',
  'external-secrets',
  'image-updater',
  'isolation',
  'jaeger',
  'keda',
  'monitoring',
  'nats',
  'observability',
  'otel-collector',
  'platform',
  'prometheus',
  'root',
  'secret-store',
  'tenants',
  'zerotouch',
] as const;

const folder = '[A-Za-z0-9_][A-Za-z0-9._-]*';
const folders = `${folder}(/${folder})*`;
const quantity = '^[0-9]+(\\.[0-9]+)?(m|Ki|Mi|Gi|Ti|k|M|G|T)?$';

const quota: { readonly [name: string]: Described } = {
  claims: { type: 'integer', minimum: 0, maximum: 1000, description: 'Claims of each kind; 5 by default.' },
  cpu: { type: 'string', pattern: quantity, description: "What Pods request together; '8' by default." },
  memory: { type: 'string', pattern: quantity, description: 'What Pods request together; 16Gi by default.' },
  memoryLimits: {
    type: 'string',
    pattern: quantity,
    description: 'Limits of Pods together; 64Gi by default.',
  },
  storage: { type: 'string', pattern: quantity, description: 'Volumes together; 200Gi by default.' },
};

const properties: { readonly [name: string]: Described } = {
  tenant: {
    type: 'string',
    pattern: '^[a-z]([-a-z0-9]*[a-z0-9])?$',
    maxLength: 53,
    description: 'Name of the Argo CD Application and of its project, unique in the registry.',
  },
  repoURL: {
    type: 'string',
    pattern: '^https://[^\\s@*!]+$',
    maxLength: 500,
    description: 'The repository, private or not. Argo CD needs its credentials first.',
  },
  targetRevision: {
    type: 'string',
    pattern: '^[A-Za-z0-9][A-Za-z0-9._/-]*$',
    maxLength: 200,
    description: 'Branch or tag to follow.',
  },
  path: {
    type: 'string',
    pattern: `^(\\.|${folders})$`,
    maxLength: 500,
    description:
      'Folder with a kustomization.yaml. It deploys production; other environments take overlays/ENVIRONMENT below it.',
  },
  namespaces: {
    type: 'array',
    minItems: 1,
    maxItems: 20,
    'x-kubernetes-list-type': 'set',
    items: { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)+$', maxLength: 63 },
    description:
      'The namespaces of this tenant alone, each {layer}-{category}. The platform makes them, with quota and policies.',
  },
  secrets: {
    type: 'array',
    maxItems: 20,
    'x-kubernetes-list-type': 'set',
    items: { type: 'string', pattern: `^${folders}$`, maxLength: 200 },
    description:
      'Folders of the secret store that its ExternalSecrets may read, below /zerotouch/ENVIRONMENT/.',
  },
  people: {
    type: 'string',
    pattern: '^[^\\s,"]+$',
    maxLength: 200,
    description:
      'Group of the people who may see and edit what is in the namespaces, and sync the Application.',
  },
  updateImage: {
    type: 'string',
    pattern: '^[^\\s,"]+$',
    maxLength: 300,
    description: 'Image whose new tags Image Updater commits, where there is one: ghcr.io/OWNER/IMAGE:~1.',
  },
  quota: { type: 'object', properties: quota, description: 'What each namespace may have.' },
};

/** What a `config.yaml` of the tenant registry must look like; `reservedNames` and what several files share come on top. */
export const tenantSchema = {
  type: 'object',
  required: ['tenant', 'repoURL', 'targetRevision', 'path', 'namespaces'],
  properties,
} as const satisfies Schema;

const draft = 'http://json-schema.org/draft-07/schema#';

/** The same for editors, and for whoever checks a registry by other means. */
export function tenantJsonSchema(): JsonObject {
  return { $schema: draft, title: 'Tenant of the registry', ...converted(tenantSchema, reserving) };
}

/** The same for Helm, which holds the values of the chart `tenant` against it: with what the ApplicationSet adds. */
export function tenantValuesSchema(): JsonObject {
  const { properties: fields, required, ...rest } = converted(tenantSchema, reserving);
  const added = {
    environment: { type: 'string', enum: ['dev', 'tst', 'stg', 'prd'] },
    folder: { type: 'string' },
  };
  return {
    $schema: draft,
    ...rest,
    required: [...(required as string[]), 'folder'],
    properties: { ...(fields as JsonObject), ...added },
  };
}

const reserving: JsonObject = {
  tenant: { not: { anyOf: [{ enum: [...reservedNames] }, { pattern: '^tenant-' }] } },
};

/** JSON Schema of a structural one: closed, and with more rules for some of its properties. */
function converted(schema: Schema, more: JsonObject = {}): JsonObject {
  const { properties: fields, items, 'x-kubernetes-list-type': unique, ...kept } = schema;
  return {
    ...(JSON.parse(JSON.stringify(kept)) as JsonObject),
    ...(unique === 'set' && { uniqueItems: true }),
    ...(items !== undefined && { items: converted(items) }),
    ...(fields !== undefined && {
      properties: Object.fromEntries(
        Object.entries(fields).map(([name, each]) => {
          const added = more[name];
          return [name, { ...converted(each), ...(isObject(added) && added) }];
        }),
      ),
      additionalProperties: false,
    }),
  };
}
