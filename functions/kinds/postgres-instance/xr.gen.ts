// Generated from xrds/postgresinstances.database.bizmatters.io.yaml by `npm run generate`. Change the XRD, not this file.
import type { Schema } from '../../composition/schema.ts';

/** `spec` of PostgresInstance (database.bizmatters.io/v1alpha1) after defaulting. */
export interface Spec {
  readonly size: 'micro' | 'small' | 'medium' | 'large' | 'xlarge' | '2xlarge';
  readonly version: '15' | '16' | '17' | '18';
  readonly storageGB: number;
  readonly walStorageGB?: number;
  readonly storageClassName?: string;
  readonly database?: string;
  readonly owner?: string;
  readonly instances: number;
  readonly parameters?: { readonly [key: string]: string };
  readonly sharedPreloadLibraries?: readonly (
    'auth_delay' | 'auto_explain' | 'passwordcheck' | 'pg_prewarm'
  )[];
  readonly extensions?: readonly string[];
  readonly databases?: readonly {
    readonly name: string;
    readonly extensions?: readonly string[];
    readonly credentialsRevision: string;
  }[];
  readonly roles?: readonly {
    readonly name: string;
    readonly access: 'ReadOnly' | 'ReadWrite';
    readonly database?: string;
    readonly credentialsRevision: string;
  }[];
  readonly backup?: {
    readonly objectStore?: string;
    readonly bucket?: string;
    readonly schedule: string;
    readonly retention: string;
  };
  readonly restore?: {
    readonly from: {
      readonly claim?: string;
      readonly objectStore?: string;
      readonly bucket?: string;
      readonly serverName?: string;
    };
    readonly at?: string;
    readonly backup?: string;
  };
  readonly import?: { readonly secret: string };
  readonly pooler?: { readonly mode: 'transaction' | 'session'; readonly instances: number };
  readonly hibernated: boolean;
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
  readonly serviceAccountAnnotations?: { readonly [key: string]: string };
  readonly deletionPolicy?: 'Delete' | 'Retain';
  readonly deletionProtection: boolean;
  readonly monitoring: boolean;
}

/** `status` of PostgresInstance as the function writes it. */
export interface Status {
  readonly phase?: 'Pending' | 'Provisioning' | 'Ready' | 'Degraded' | 'Failed';
  readonly message?: string;
  readonly deletionPolicy?: 'Delete' | 'Retain';
  readonly endpoint?: string;
  readonly port?: number;
  readonly database?: string;
  readonly secretName?: string;
  readonly credentialsRevision?: string;
  readonly version?: string;
  readonly readyInstances?: number;
  readonly primary?: string;
  readonly archive?: string;
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
    version: { type: 'string', enum: ['15', '16', '17', '18'], default: '16' },
    storageGB: { type: 'integer', minimum: 10, maximum: 1000, default: 20 },
    walStorageGB: { type: 'integer', minimum: 2, maximum: 500 },
    storageClassName: { type: 'string', minLength: 1, maxLength: 253 },
    database: { type: 'string', minLength: 1, maxLength: 63, pattern: '^[a-z_][a-z0-9_-]*$' },
    owner: { type: 'string', minLength: 1, maxLength: 63, pattern: '^[a-z_][a-z0-9_-]*$' },
    instances: { type: 'integer', minimum: 1, maximum: 3, default: 1 },
    parameters: {
      type: 'object',
      maxProperties: 64,
      additionalProperties: { type: 'string', maxLength: 1024 },
    },
    sharedPreloadLibraries: {
      type: 'array',
      maxItems: 8,
      'x-kubernetes-list-type': 'set',
      items: { type: 'string', enum: ['auth_delay', 'auto_explain', 'passwordcheck', 'pg_prewarm'] },
    },
    extensions: {
      type: 'array',
      maxItems: 32,
      'x-kubernetes-list-type': 'set',
      items: { type: 'string', minLength: 1, maxLength: 63, pattern: '^[a-z][a-z0-9_-]*$' },
    },
    databases: {
      type: 'array',
      maxItems: 16,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string', minLength: 1, maxLength: 40, pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' },
          extensions: {
            type: 'array',
            maxItems: 32,
            'x-kubernetes-list-type': 'set',
            items: { type: 'string', minLength: 1, maxLength: 63, pattern: '^[a-z][a-z0-9_-]*$' },
          },
          credentialsRevision: { type: 'string', default: '1', minLength: 1, maxLength: 63 },
        },
      },
    },
    roles: {
      type: 'array',
      maxItems: 16,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string', minLength: 1, maxLength: 40, pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' },
          access: { type: 'string', enum: ['ReadOnly', 'ReadWrite'], default: 'ReadOnly' },
          database: { type: 'string', minLength: 1, maxLength: 40, pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' },
          credentialsRevision: { type: 'string', default: '1', minLength: 1, maxLength: 63 },
        },
      },
    },
    backup: {
      type: 'object',
      properties: {
        objectStore: {
          type: 'string',
          minLength: 1,
          maxLength: 253,
          pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
        },
        bucket: { type: 'string', minLength: 1, maxLength: 50, pattern: '^[a-z]([-a-z0-9]*[a-z0-9])?$' },
        schedule: { type: 'string', default: '0 0 3 * * *', maxLength: 100, pattern: '^(\\S+ ){5}\\S+$' },
        retention: { type: 'string', default: '30d', pattern: '^[1-9][0-9]{0,3}[dwm]$' },
      },
    },
    restore: {
      type: 'object',
      required: ['from'],
      properties: {
        from: {
          type: 'object',
          properties: {
            claim: { type: 'string', minLength: 1, maxLength: 50, pattern: '^[a-z]([-a-z0-9]*[a-z0-9])?$' },
            objectStore: {
              type: 'string',
              minLength: 1,
              maxLength: 253,
              pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
            },
            bucket: { type: 'string', minLength: 1, maxLength: 50, pattern: '^[a-z]([-a-z0-9]*[a-z0-9])?$' },
            serverName: {
              type: 'string',
              minLength: 1,
              maxLength: 200,
              pattern: '^[A-Za-z0-9]([-_.A-Za-z0-9]*[A-Za-z0-9])?$',
            },
          },
        },
        at: {
          type: 'string',
          maxLength: 40,
          pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,6})?(Z|[+-]\\d{2}:\\d{2})$',
        },
        backup: { type: 'string', maxLength: 40, pattern: '^\\d{8}T\\d{6}$' },
      },
    },
    import: {
      type: 'object',
      required: ['secret'],
      properties: {
        secret: { type: 'string', minLength: 1, maxLength: 253, pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$' },
      },
    },
    pooler: {
      type: 'object',
      properties: {
        mode: { type: 'string', enum: ['transaction', 'session'], default: 'transaction' },
        instances: { type: 'integer', minimum: 1, maximum: 10, default: 2 },
      },
    },
    hibernated: { type: 'boolean', default: false },
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
    serviceAccountAnnotations: {
      type: 'object',
      maxProperties: 16,
      additionalProperties: { type: 'string', maxLength: 4096 },
    },
    deletionPolicy: { type: 'string', enum: ['Delete', 'Retain'] },
    deletionProtection: { type: 'boolean', default: false },
    monitoring: { type: 'boolean', default: false },
  },
};
