// Generated from xrds/agentexecutors.platform.bizmatters.io.yaml by `npm run generate`. Change the XRD, not this file.
import type { Schema } from '../../composition/schema.ts';

/** `spec` of AgentExecutor (platform.bizmatters.io/v1alpha1) after defaulting. */
export interface Spec {
  readonly image?: string;
  readonly size: 'micro' | 'small' | 'medium' | 'large' | 'xlarge' | '2xlarge';
  readonly natsUrl: string;
  readonly nats?: {
    readonly servers?: readonly string[];
    readonly subjectPrefix?: string;
    readonly credentialsSecret?: string;
    readonly tls?: { readonly caSecret?: string; readonly clientCertificateSecret?: string };
    readonly account?: string;
    readonly monitoringEndpoint?: string;
  };
  readonly natsMonitoringEndpoint?: string;
  readonly natsStreamName?: string;
  readonly natsConsumerGroup?: string;
  readonly database?: {
    readonly name?: string;
    readonly size?: 'micro' | 'small' | 'medium' | 'large' | 'xlarge' | '2xlarge';
    readonly version?: '15' | '16' | '17' | '18';
    readonly storageGB?: number;
    readonly walStorageGB?: number;
    readonly storageClassName?: string;
    readonly database?: string;
    readonly owner?: string;
    readonly instances?: number;
    readonly parameters?: { readonly [key: string]: string };
    readonly sharedPreloadLibraries?: readonly (
      'auth_delay' | 'auto_explain' | 'passwordcheck' | 'pg_prewarm'
    )[];
    readonly extensions?: readonly string[];
    readonly databases?: readonly {
      readonly name: string;
      readonly extensions?: readonly string[];
      readonly credentialsRevision?: string;
    }[];
    readonly roles?: readonly {
      readonly name: string;
      readonly access?: 'ReadOnly' | 'ReadWrite';
      readonly database?: string;
      readonly credentialsRevision?: string;
    }[];
    readonly backup?: {
      readonly objectStore?: string;
      readonly bucket?: string;
      readonly schedule?: string;
      readonly retention?: string;
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
    readonly pooler?: { readonly mode?: 'transaction' | 'session'; readonly instances?: number };
    readonly hibernated?: boolean;
    readonly credentialsRevision?: string;
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
    readonly deletionProtection?: boolean;
    readonly monitoring?: boolean;
  };
  readonly cache?: {
    readonly name?: string;
    readonly size?: 'micro' | 'small' | 'medium' | 'large' | 'xlarge' | '2xlarge';
    readonly version?: string;
    readonly storageGB?: number;
    readonly storageClassName?: string;
    readonly replicas?: number;
    readonly snapshotSchedule?: string;
    readonly snapshots?: { readonly bucket: string; readonly folder?: string };
    readonly tls?: {
      readonly certificateSecret?: string;
      readonly issuer?: { readonly name: string; readonly kind?: 'Issuer' | 'ClusterIssuer' };
    };
    readonly eviction?: boolean;
    readonly undeclaredKeys?: boolean;
    readonly credentialsRevision?: string;
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
    readonly deletionProtection?: boolean;
  };
  readonly postgresConnectionSecret?: string;
  readonly dragonflyConnectionSecret?: string;
  readonly llmKeysSecret?: string;
  readonly agents?: { readonly configMaps: readonly string[] };
  readonly imagePullSecrets?: readonly string[];
  readonly scaling: {
    readonly minReplicas: number;
    readonly maxReplicas: number;
    readonly jobsPerReplica: number;
    readonly countDueJobs?: boolean;
  };
  readonly migrations: {
    readonly enabled: boolean;
    readonly command?: readonly string[];
    readonly args: readonly string[];
  };
  readonly stream: {
    readonly management: 'job' | 'nack' | 'none';
    readonly replicas?: number;
    readonly storage?: 'file' | 'memory';
    readonly maxAge?: string;
  };
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly secretKeyRef?: { readonly name: string; readonly key: string };
  }[];
  readonly credentialsRevision: string;
  readonly nodeSelector?: { readonly [key: string]: string };
  readonly tolerations?: readonly {
    readonly key?: string;
    readonly operator?: 'Exists' | 'Equal';
    readonly value?: string;
    readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
    readonly tolerationSeconds?: number;
  }[];
  readonly priorityClassName?: string;
  readonly placement: {
    readonly nodeSelector?: { readonly [key: string]: string };
    readonly tolerations?: readonly {
      readonly key?: string;
      readonly operator?: 'Exists' | 'Equal';
      readonly value?: string;
      readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute';
      readonly tolerationSeconds?: number;
    }[];
    readonly priorityClassName?: string;
    readonly spread: 'none' | 'nodes' | 'zones';
  };
  readonly runtimeClassName?: string;
  readonly serviceAccountAnnotations?: { readonly [key: string]: string };
  readonly podAnnotations?: { readonly [key: string]: string };
  readonly podLabels?: { readonly [key: string]: string };
  readonly volumes?: readonly {
    readonly name: string;
    readonly mountPath?: string;
    readonly configMap?: { readonly name: string };
    readonly secret?: { readonly secretName: string };
    readonly emptyDir?: { readonly medium?: 'Memory'; readonly sizeLimit?: string };
    readonly persistentVolumeClaim?: { readonly claimName: string; readonly readOnly?: boolean };
  }[];
  readonly terminationGracePeriodSeconds: number;
  readonly egress?: readonly {
    readonly cidr?: string;
    readonly except?: readonly string[];
    readonly namespace?: string;
    readonly pods?: { readonly [key: string]: string };
    readonly ports?: readonly number[];
  }[];
  readonly ingress?: readonly {
    readonly namespace?: string;
    readonly pods?: { readonly [key: string]: string };
  }[];
}

/** `status` of AgentExecutor as the function writes it. */
export interface Status {
  readonly phase?: 'Pending' | 'Provisioning' | 'Ready' | 'Degraded' | 'Failed';
  readonly message?: string;
  readonly endpoint?: string;
  readonly port?: number;
  readonly replicas?: number;
  readonly availableReplicas?: number;
  readonly image?: string;
  readonly apiSecretName?: string;
}

/** What `spec` must fit. */
export const schema: Schema = {
  type: 'object',
  properties: {
    image: {
      type: 'string',
      minLength: 1,
      maxLength: 512,
      pattern: '^[a-z0-9]([a-zA-Z0-9._:/-]*[a-zA-Z0-9])?(@sha256:[a-f0-9]{64})?$',
    },
    size: {
      type: 'string',
      enum: ['micro', 'small', 'medium', 'large', 'xlarge', '2xlarge'],
      default: 'medium',
    },
    natsUrl: {
      type: 'string',
      default: 'nats://nats.nats.svc:4222',
      maxLength: 2048,
      pattern: '^(nats|tls)://[^\\s]+$',
    },
    nats: {
      type: 'object',
      properties: {
        servers: {
          type: 'array',
          minItems: 1,
          maxItems: 16,
          items: { type: 'string', minLength: 1, maxLength: 512, pattern: '^(nats|tls)://[^\\s,]+$' },
        },
        subjectPrefix: {
          type: 'string',
          minLength: 1,
          maxLength: 120,
          pattern: '^[A-Za-z0-9_-]{1,64}(\\.[A-Za-z0-9_-]{1,64}){0,7}$',
        },
        credentialsSecret: {
          type: 'string',
          minLength: 1,
          maxLength: 253,
          pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
        },
        tls: {
          type: 'object',
          properties: {
            caSecret: {
              type: 'string',
              minLength: 1,
              maxLength: 253,
              pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
            },
            clientCertificateSecret: {
              type: 'string',
              minLength: 1,
              maxLength: 253,
              pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
            },
          },
        },
        account: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[^\\s&?#]+$' },
        monitoringEndpoint: { type: 'string', maxLength: 512, pattern: '^(https?://)?[^\\s/]+:[0-9]{1,5}$' },
      },
    },
    natsMonitoringEndpoint: { type: 'string', maxLength: 512, pattern: '^[A-Za-z0-9.-]+:[0-9]{1,5}$' },
    natsStreamName: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[A-Za-z0-9_-]+$' },
    natsConsumerGroup: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[A-Za-z0-9_-]+$' },
    database: {
      type: 'object',
      properties: {
        name: { type: 'string', minLength: 1, maxLength: 50, pattern: '^[a-z]([-a-z0-9]*[a-z0-9])?$' },
        size: { type: 'string', enum: ['micro', 'small', 'medium', 'large', 'xlarge', '2xlarge'] },
        version: { type: 'string', enum: ['15', '16', '17', '18'] },
        storageGB: { type: 'integer', minimum: 10, maximum: 1000 },
        walStorageGB: { type: 'integer', minimum: 2, maximum: 500 },
        storageClassName: { type: 'string', minLength: 1, maxLength: 253 },
        database: { type: 'string', minLength: 1, maxLength: 63, pattern: '^[a-z_][a-z0-9_-]*$' },
        owner: { type: 'string', minLength: 1, maxLength: 63, pattern: '^[a-z_][a-z0-9_-]*$' },
        instances: { type: 'integer', minimum: 1, maximum: 3 },
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
              credentialsRevision: { type: 'string', minLength: 1, maxLength: 63 },
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
              access: { type: 'string', enum: ['ReadOnly', 'ReadWrite'] },
              database: {
                type: 'string',
                minLength: 1,
                maxLength: 40,
                pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$',
              },
              credentialsRevision: { type: 'string', minLength: 1, maxLength: 63 },
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
            schedule: { type: 'string', maxLength: 100, pattern: '^(\\S+ ){5}\\S+$' },
            retention: { type: 'string', pattern: '^[1-9][0-9]{0,3}[dwm]$' },
          },
        },
        restore: {
          type: 'object',
          required: ['from'],
          properties: {
            from: {
              type: 'object',
              properties: {
                claim: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 50,
                  pattern: '^[a-z]([-a-z0-9]*[a-z0-9])?$',
                },
                objectStore: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 253,
                  pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
                },
                bucket: {
                  type: 'string',
                  minLength: 1,
                  maxLength: 50,
                  pattern: '^[a-z]([-a-z0-9]*[a-z0-9])?$',
                },
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
            secret: {
              type: 'string',
              minLength: 1,
              maxLength: 253,
              pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
            },
          },
        },
        pooler: {
          type: 'object',
          properties: {
            mode: { type: 'string', enum: ['transaction', 'session'] },
            instances: { type: 'integer', minimum: 1, maximum: 10 },
          },
        },
        hibernated: { type: 'boolean' },
        credentialsRevision: { type: 'string', minLength: 1, maxLength: 63 },
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
        deletionProtection: { type: 'boolean' },
        monitoring: { type: 'boolean' },
      },
    },
    cache: {
      type: 'object',
      properties: {
        name: { type: 'string', minLength: 1, maxLength: 52, pattern: '^[a-z]([-a-z0-9]*[a-z0-9])?$' },
        size: { type: 'string', enum: ['micro', 'small', 'medium', 'large', 'xlarge', '2xlarge'] },
        version: { type: 'string', maxLength: 32, pattern: '^v[0-9]+\\.[0-9]+\\.[0-9]+$' },
        storageGB: { type: 'integer', minimum: 5, maximum: 500 },
        storageClassName: { type: 'string', minLength: 1, maxLength: 253 },
        replicas: { type: 'integer', minimum: 1, maximum: 5 },
        snapshotSchedule: { type: 'string', maxLength: 100, pattern: '^(\\S+ ){4}\\S+$' },
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
                kind: { type: 'string', enum: ['Issuer', 'ClusterIssuer'] },
              },
            },
          },
        },
        eviction: { type: 'boolean' },
        undeclaredKeys: { type: 'boolean' },
        credentialsRevision: { type: 'string', minLength: 1, maxLength: 63 },
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
        deletionProtection: { type: 'boolean' },
      },
    },
    postgresConnectionSecret: {
      type: 'string',
      minLength: 1,
      maxLength: 253,
      pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
    },
    dragonflyConnectionSecret: {
      type: 'string',
      minLength: 1,
      maxLength: 253,
      pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
    },
    llmKeysSecret: {
      type: 'string',
      minLength: 1,
      maxLength: 253,
      pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
    },
    agents: {
      type: 'object',
      required: ['configMaps'],
      properties: {
        configMaps: {
          type: 'array',
          minItems: 1,
          maxItems: 8,
          'x-kubernetes-list-type': 'set',
          items: {
            type: 'string',
            minLength: 1,
            maxLength: 253,
            pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
          },
        },
      },
    },
    imagePullSecrets: {
      type: 'array',
      maxItems: 16,
      'x-kubernetes-list-type': 'set',
      items: {
        type: 'string',
        minLength: 1,
        maxLength: 253,
        pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
      },
    },
    scaling: {
      type: 'object',
      default: {},
      properties: {
        minReplicas: { type: 'integer', minimum: 0, maximum: 100, default: 1 },
        maxReplicas: { type: 'integer', minimum: 1, maximum: 100, default: 10 },
        jobsPerReplica: { type: 'integer', minimum: 1, maximum: 100, default: 5 },
        countDueJobs: { type: 'boolean' },
      },
    },
    migrations: {
      type: 'object',
      default: {},
      properties: {
        enabled: { type: 'boolean', default: true },
        command: { type: 'array', minItems: 1, maxItems: 16, items: { type: 'string', maxLength: 1024 } },
        args: {
          type: 'array',
          default: ['migrate'],
          maxItems: 64,
          items: { type: 'string', maxLength: 1024 },
        },
      },
    },
    stream: {
      type: 'object',
      default: {},
      properties: {
        management: { type: 'string', enum: ['job', 'nack', 'none'], default: 'job' },
        replicas: { type: 'integer', minimum: 1, maximum: 5 },
        storage: { type: 'string', enum: ['file', 'memory'] },
        maxAge: { type: 'string', pattern: '^[1-9][0-9]{0,5}(m|h)$' },
      },
    },
    env: {
      type: 'array',
      maxItems: 64,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string', maxLength: 128, pattern: '^[A-Za-z_][A-Za-z0-9_]*$' },
          value: { type: 'string', maxLength: 4096 },
          secretKeyRef: {
            type: 'object',
            required: ['name', 'key'],
            properties: {
              name: {
                type: 'string',
                minLength: 1,
                maxLength: 253,
                pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
              },
              key: {
                type: 'string',
                minLength: 1,
                maxLength: 253,
                pattern: '^([-_a-zA-Z0-9]|\\.[-_a-zA-Z0-9])[-._a-zA-Z0-9]*$',
              },
            },
          },
        },
      },
    },
    credentialsRevision: { type: 'string', default: '1', minLength: 1, maxLength: 63 },
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
          value: { type: 'string', maxLength: 63, pattern: '^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$' },
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
    placement: {
      type: 'object',
      default: {},
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
        spread: { type: 'string', enum: ['none', 'nodes', 'zones'], default: 'nodes' },
      },
    },
    runtimeClassName: {
      type: 'string',
      minLength: 1,
      maxLength: 253,
      pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
    },
    serviceAccountAnnotations: {
      type: 'object',
      maxProperties: 16,
      additionalProperties: { type: 'string', maxLength: 4096 },
    },
    podAnnotations: {
      type: 'object',
      maxProperties: 16,
      additionalProperties: { type: 'string', maxLength: 4096 },
    },
    podLabels: { type: 'object', maxProperties: 16, additionalProperties: { type: 'string', maxLength: 63 } },
    volumes: {
      type: 'array',
      maxItems: 16,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: {
        type: 'object',
        required: ['name'],
        properties: {
          name: { type: 'string', minLength: 1, maxLength: 63, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' },
          mountPath: { type: 'string', maxLength: 255, pattern: '^(/[A-Za-z0-9][A-Za-z0-9._-]*)+$' },
          configMap: {
            type: 'object',
            required: ['name'],
            properties: {
              name: {
                type: 'string',
                minLength: 1,
                maxLength: 253,
                pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
              },
            },
          },
          secret: {
            type: 'object',
            required: ['secretName'],
            properties: {
              secretName: {
                type: 'string',
                minLength: 1,
                maxLength: 253,
                pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
              },
            },
          },
          emptyDir: {
            type: 'object',
            properties: {
              medium: { type: 'string', enum: ['Memory'] },
              sizeLimit: { type: 'string', maxLength: 16, pattern: '^[1-9][0-9]{0,6}(Mi|Gi)$' },
            },
          },
          persistentVolumeClaim: {
            type: 'object',
            required: ['claimName'],
            properties: {
              claimName: {
                type: 'string',
                minLength: 1,
                maxLength: 253,
                pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
              },
              readOnly: { type: 'boolean' },
            },
          },
        },
      },
    },
    terminationGracePeriodSeconds: { type: 'integer', minimum: 10, maximum: 3600, default: 120 },
    egress: {
      type: 'array',
      maxItems: 32,
      items: {
        type: 'object',
        properties: {
          cidr: { type: 'string', maxLength: 64, pattern: '^[0-9a-fA-F.:]+/[0-9]{1,3}$' },
          except: {
            type: 'array',
            maxItems: 16,
            items: { type: 'string', maxLength: 64, pattern: '^[0-9a-fA-F.:]+/[0-9]{1,3}$' },
          },
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
          ports: { type: 'array', maxItems: 16, items: { type: 'integer', minimum: 1, maximum: 65535 } },
        },
      },
    },
    ingress: {
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
};
