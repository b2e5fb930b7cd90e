/** The database itself, as CloudNativePG serves it. */
export const clusterKind = { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster' } as const;
