import type { Schema } from '../composition/schema.ts';

const host = '[a-z0-9]([-a-z0-9.]*[a-z0-9])?(:[0-9]{1,5})?';
const repository: Schema = {
  type: 'string',
  maxLength: 256,
  pattern: `^${host}(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$`,
};
const objectName: Schema = {
  type: 'string',
  maxLength: 253,
  pattern: String.raw`^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`,
};
const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const namespaceName: Schema = { type: 'string', maxLength: 63, pattern: `^${label}$` };
const text: Schema = { type: 'string', maxLength: 253 };

/** Of `data` of the EnvironmentConfig `zerotouch`. The XRDs say the same of the fields that claims have too. */
export const platformSchema: Schema = {
  type: 'object',
  properties: {
    registries: { type: 'object', maxProperties: 32, additionalProperties: repository },
    imagePullSecrets: {
      type: 'array',
      maxItems: 16,
      'x-kubernetes-list-type': 'set',
      items: objectName,
    },
    postgresImageCatalog: objectName,
    placement: {
      type: 'object',
      properties: {
        nodeSelector: { type: 'object', maxProperties: 16, additionalProperties: text },
        tolerations: {
          type: 'array',
          maxItems: 16,
          items: {
            type: 'object',
            properties: {
              key: text,
              operator: { type: 'string', enum: ['Exists', 'Equal'] },
              value: text,
              effect: { type: 'string', enum: ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] },
              tolerationSeconds: { type: 'integer', minimum: 0 },
            },
          },
        },
        priorityClassName: objectName,
        spread: { type: 'string', enum: ['none', 'nodes', 'zones'] },
      },
    },
    clusterDomain: {
      type: 'string',
      maxLength: 100,
      pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
    },
    monitorLabels: {
      type: 'object',
      maxProperties: 16,
      additionalProperties: { type: 'string', maxLength: 63 },
    },
    nats: {
      type: 'object',
      required: ['url'],
      properties: {
        url: { type: 'string', maxLength: 2048, pattern: String.raw`^(nats|tls)://[^\s]+$` },
        monitoringEndpoint: {
          type: 'string',
          maxLength: 512,
          pattern: String.raw`^(https?://)?[^\s/]+:[0-9]{1,5}$`,
        },
      },
    },
    buckets: {
      type: 'object',
      properties: {
        provider: { type: 'string', enum: ['aws', 'objectBucketClaim'] },
        region: { type: 'string', maxLength: 32, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' },
        providerConfig: objectName,
        storageClassName: objectName,
        kmsKey: {
          type: 'string',
          maxLength: 256,
          pattern: '^arn:aws[-a-z]*:kms:[-a-z0-9]+:[0-9]{12}:key/[-A-Za-z0-9]+$',
        },
        existing: {
          type: 'object',
          maxProperties: 256,
          additionalProperties: {
            type: 'string',
            minLength: 3,
            maxLength: 63,
            pattern: '^[a-z0-9][-a-z0-9.]*[a-z0-9]$',
          },
        },
      },
    },
    issuer: {
      type: 'object',
      required: ['name'],
      properties: {
        name: objectName,
        kind: { type: 'string', enum: ['ClusterIssuer', 'Issuer'], default: 'ClusterIssuer' },
      },
    },
    gateway: {
      type: 'object',
      required: ['name', 'namespace'],
      properties: {
        kind: { type: 'string', enum: ['HTTPRoute', 'VirtualService'], default: 'HTTPRoute' },
        name: objectName,
        namespace: namespaceName,
        sectionName: { type: 'string', maxLength: 253, pattern: `^${label}(\\.${label})*$` },
        proxies: {
          type: 'array',
          minItems: 1,
          maxItems: 16,
          items: {
            type: 'object',
            required: ['namespace'],
            properties: {
              namespace: namespaceName,
              pods: { type: 'object', maxProperties: 16, additionalProperties: text },
            },
          },
        },
      },
    },
  },
};
