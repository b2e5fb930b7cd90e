import type { JsonObject, Lookup, Observed } from '../../../../functions/composition/contract.ts';
import { call, claim } from '../../call.ts';

export const store = {
  spec: { configuration: { destinationPath: 's3://backups' }, retentionPolicy: '30d' },
  status: {
    serverRecoveryWindow: {
      'shop.orders.aaaaaaaa.pg16': { firstRecoverabilityPoint: '2026-03-02T03:00:00Z' },
    },
  },
};

/** The Cluster of a claim that is there, with its archive and the names of its database. */
export const source: Observed = {
  metadata: { name: 'orders' },
  spec: {
    imageName: 'ghcr.io/cloudnative-pg/postgresql:16-standard-trixie',
    bootstrap: { initdb: { database: 'shop', owner: 'seller' } },
    plugins: [
      { name: 'barman-cloud.cloudnative-pg.io', parameters: { serverName: 'shop.orders.aaaaaaaa.pg16' } },
    ],
  },
  status: { currentPrimary: 'orders-1' },
};

export const withoutBackup: Observed = {
  ...source,
  spec: { imageName: 'postgresql:16', bootstrap: { initdb: { database: 'shop', owner: 'seller' } } },
};

export const secret = (data: Record<string, string>): Observed => ({
  data: Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  ),
});

export function respond(
  spec: JsonObject,
  required: Record<string, Lookup>,
  observed: Record<string, Observed> = {},
) {
  return call(claim('PostgresInstance', spec, 'copy'), {
    required: { conn: null, cluster: null, ...required },
    observed,
  });
}

export const fromClaim = (more: JsonObject = {}) => ({ restore: { from: { claim: 'orders' }, ...more } });
export const fromStore = (serverName: string, more: JsonObject = {}) => ({
  restore: { from: { objectStore: 'company-s3', serverName }, ...more },
});
