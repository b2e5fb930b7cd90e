// Generated from xrds/dragonflyinstances.database.bizmatters.io.yaml by `npm run generate`. Change the XRD, not this file.
import type { Schema } from '../../composition/schema.ts';

/** `spec` of DragonflyInstance (database.bizmatters.io/v1alpha1) after defaulting. */
export interface Spec {
  readonly size: 'micro' | 'small' | 'medium' | 'large' | 'xlarge' | '2xlarge';
  readonly version: string;
  readonly storageGB: number;
  readonly storageClassName?: string;
  readonly replicas: number;
  readonly snapshotSchedule: string;
  readonly snapshots?: { readonly bucket: string; readonly folder?: string };
  readonly tls?: {
    readonly certificateSecret?: string;
    readonly issuer?: { readonly name: string; readonly kind: 'Issuer' | 'ClusterIssuer' };
  };
  readonly eviction: boolean;
  readonly undeclaredKeys?: boolean;
  readonly credentialsRevision: string;
  readonly access?: {
    readonly from?: readonly {
      readonly namespace?: string;
      readonly pods?: { readonly [key: string]: string };
    }[];
  };
  readonly placement?: {
    readonly nodeSelector?: { readonly [key: string]: string };
    readonly tolerations?: readonly {
      readonly key?: string;
      readonly operator?: 'Exists' | 'Equal';
      readonly value?: string;
      readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
      readonly tolerationSeconds?: number;
    }[];
    readonly priorityClassName?: string;
    readonly spread?: 'none' | 'nodes' | 'zones';
  };
  readonly adopt?: boolean;
  readonly deletionPolicy?: 'Delete' | 'Retain';
  readonly deletionProtection: boolean;
}

/** `status` of DragonflyInstance as the function writes it. */
export interface Status {
  readonly phase?: 'Pending' | 'Provisioning' | 'Ready' | 'Degraded' | 'Failed';
  readonly message?: string;
  readonly deletionPolicy?: 'Delete' | 'Retain';
  readonly endpoint?: string;
  readonly port?: number;
  readonly secretName?: string;
  readonly credentialsRevision?: string;
  readonly snapshotFolder?: string;
}

/** What `spec` must fit. */
export const schema: Schema = {
  type: 'object',
  properties: {
    size: {
      type: 'string',
      enum: ['micro', 'small', 'medium', 'large', 'xlarge', '2xlarge'],
      default: 'small',
    },
    version: { type: 'string', default: 'v1.39.0', maxLength: 32, pattern: '^v[0-9]+\\.[0-9]+\\.[0-9]+$' },
    storageGB: { type: 'integer', minimum: 5, maximum: 500, default: 10 },
    storageClassName: { type: 'string', minLength: 1, maxLength: 253 },
    replicas: { type: 'integer', minimum: 1, maximum: 5, default: 1 },
    snapshotSchedule: {
      type: 'string',
      default: '*/30 * * * *',
      maxLength: 100,
      pattern: '^(\\S+ ){4}\\S+$',
    },
    snapshots: {
      type: 'object',
      required: ['bucket'],
      properties: {
        bucket: { type: 'string', minLength: 1, maxLength: 50, pattern: '^[a-z]([-a-z0-9]*[a-z0-9])?$' },
        folder: {
          type: 'string',
          minLength: 1,
          maxLength: 200,
          pattern: '^[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?$',
        },
      },
    },
    tls: {
      type: 'object',
      properties: {
        certificateSecret: {
          type: 'string',
          minLength: 1,
          maxLength: 253,
          pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
        },
        issuer: {
          type: 'object',
          required: ['name'],
          properties: {
            name: {
              type: 'string',
              minLength: 1,
              maxLength: 253,
              pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
            },
            kind: { type: 'string', enum: ['Issuer', 'ClusterIssuer'], default: 'Issuer' },
          },
        },
      },
    },
    eviction: { type: 'boolean', default: false },
    undeclaredKeys: { type: 'boolean' },
    credentialsRevision: { type: 'string', default: '1', minLength: 1, maxLength: 63 },
    access: {
      type: 'object',
      properties: {
        from: {
          type: 'array',
          maxItems: 32,
          items: {
            type: 'object',
            properties: {
              namespace: {
                type: 'string',
                minLength: 1,
                maxLength: 63,
                pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
              },
              pods: {
                type: 'object',
                maxProperties: 16,
                additionalProperties: { type: 'string', maxLength: 63 },
              },
            },
          },
        },
      },
    },
    placement: {
      type: 'object',
      properties: {
        nodeSelector: {
          type: 'object',
          maxProperties: 16,
          additionalProperties: { type: 'string', maxLength: 63 },
        },
        tolerations: {
          type: 'array',
          maxItems: 16,
          items: {
            type: 'object',
            properties: {
              key: {
                type: 'string',
                minLength: 1,
                maxLength: 317,
                pattern: '^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$',
              },
              operator: { type: 'string', enum: ['Exists', 'Equal'] },
              value: {
                type: 'string',
                maxLength: 63,
                pattern: '^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$',
              },
              effect: { type: 'string', enum: ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] },
              tolerationSeconds: { type: 'integer', minimum: 0, maximum: 2592000 },
            },
          },
        },
        priorityClassName: {
          type: 'string',
          minLength: 1,
          maxLength: 253,
          pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
        },
        spread: { type: 'string', enum: ['none', 'nodes', 'zones'] },
      },
    },
    adopt: { type: 'boolean' },
    deletionPolicy: { type: 'string', enum: ['Delete', 'Retain'] },
    deletionProtection: { type: 'boolean', default: false },
  },
};
