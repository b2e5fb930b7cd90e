import { describe, expect, test } from 'vitest';
import type { JsonObject, Lookup, Observed } from '../../../../functions/composition/contract.ts';
import { at } from '../../../../functions/composition/read.ts';
import { call, claim, decodedData, objectOf } from '../../call.ts';

const secrets = ['conn', 'conn-reader', 'conn-writer', 'conn-reports'];

function respond(
  spec: JsonObject,
  required: Record<string, Lookup> = {},
  observed: Record<string, Observed> = {},
) {
  const nothing = Object.fromEntries(secrets.map((key) => [key, null]));
  return call(claim('PostgresInstance', spec), {
    required: { ...nothing, cluster: null, ...required },
    observed,
  });
}

const rolesIn = (response: ReturnType<typeof respond>) =>
  at(objectOf(response, 'cluster'), 'spec', 'managed', 'roles');
const condition = (response: ReturnType<typeof respond>, type: string) =>
  response.conditions.find((each) => each.type === type);

/** A Cluster with these roles, which CloudNativePG reports on so. */
const cluster = (roles: JsonObject[], managedRolesStatus: JsonObject = {}): Observed => ({
  spec: { managed: { roles } },
  status: { managedRolesStatus },
});

describe('a role', () => {
  const spec = { roles: [{ name: 'reader' }, { name: 'writer', access: 'ReadWrite' }] };

  test('is one of the Cluster, by its access, and no superuser', () => {
    expect(rolesIn(respond(spec))).toEqual([
      {
        name: 'reader',
        ensure: 'present',
        login: true,
        inRoles: ['pg_read_all_data'],
        passwordSecret: { name: 'orders-reader-conn' },
      },
      {
        name: 'writer',
        ensure: 'present',
        login: true,
        inRoles: ['pg_read_all_data', 'pg_write_all_data'],
        passwordSecret: { name: 'orders-writer-conn' },
      },
    ]);
  });

  test('has a Secret with every way to the first database, as the owner has', () => {
    const response = respond({ ...spec, instances: 2, pooler: {} });
    const own = decodedData(objectOf(response, 'conn-reader'));
    expect(Object.keys(own)).toEqual(Object.keys(decodedData(objectOf(response, 'conn'))));
    expect(own).toMatchObject({
      username: 'reader',
      database: 'orders',
      'pooler-uri': 'postgresql://reader:drawn@orders-pooler.shop.svc.cluster.local:5432/orders',
    });
    expect(at(objectOf(response, 'conn-reader'), 'metadata', 'labels', 'cnpg.io/reload')).toBe('true');
  });

  test('gets another password by its own revision, and no other role does', () => {
    const found = (name: string): Observed => ({
      type: 'kubernetes.io/basic-auth',
      metadata: {
        name,
        annotations: { 'zerotouch.bizmatters.io/credentials-revision': '1' },
        ownerReferences: [{ controller: true, uid: 'uid-of-the-claim' }],
      },
      data: { password: Buffer.from('kept').toString('base64') },
    });
    const required = Object.fromEntries(secrets.map((key) => [key, found(key)]));
    const roles = [{ name: 'reader', credentialsRevision: '2' }, { name: 'writer' }];
    const response = respond({ roles }, required);
    const passwords = ['conn', 'conn-reader', 'conn-writer'].map(
      (key) => decodedData(objectOf(response, key)).password,
    );
    expect(passwords).toEqual(['kept', 'drawn', 'kept']);
  });

  test('takes no Secret that is another claim’s', () => {
    const stranger: Observed = {
      type: 'kubernetes.io/basic-auth',
      metadata: {
        name: 'orders-reader-conn',
        ownerReferences: [
          { controller: true, kind: 'PostgresInstance', name: 'orders-reader', uid: 'other' },
        ],
      },
    };
    const { results } = respond(spec, { 'conn-reader': stranger });
    expect(results[0]?.message).toContain('belongs to PostgresInstance orders-reader');
  });

  test.each([
    { reason: 'nobody has reported on', status: {}, ready: false, says: 'waits for CloudNativePG' },
    { reason: 'is made', status: { byStatus: { reconciled: ['reader'] } }, ready: true, says: '' },
    {
      reason: 'cannot be made',
      status: { byStatus: { reconciled: ['reader'] }, cannotReconcile: { reader: ['no such Secret'] } },
      ready: false,
      says: 'cannot be made in PostgreSQL: no such Secret',
    },
  ])('that $reason is told of', ({ status, ready, says }) => {
    const observed = { 'conn-reader': {}, cluster: cluster([], status) };
    const response = respond({ roles: [{ name: 'reader' }] }, {}, observed);
    expect(condition(response, 'RolesReady')?.status).toBe(ready ? 'True' : 'False');
    expect(condition(response, 'RolesReady')?.message ?? '').toContain(says);
    const { readiness } = response.resources.find(({ key }) => key === 'conn-reader') ?? {};
    expect(readiness?.ready).toBe(ready);
  });
});

describe('a role that the claim no longer has', () => {
  const standing = { name: 'reader', login: true, passwordSecret: { name: 'orders-reader-conn' } };
  const lockedOut = {
    name: 'reader',
    ensure: 'present',
    login: false,
    disablePassword: true,
    comment: 'taken out of PostgresInstance orders',
  };

  test('cannot log in any more, and so it stays', () => {
    expect(rolesIn(respond({}, { cluster: cluster([standing]) }))).toEqual([lockedOut]);
    expect(rolesIn(respond({}, { cluster: cluster([lockedOut]) }))).toEqual([lockedOut]);
  });

  test('logs in again once the claim has it again', () => {
    const again = respond({ roles: [{ name: 'reader' }] }, { cluster: cluster([lockedOut]) });
    expect(rolesIn(again)).toEqual([expect.objectContaining({ name: 'reader', login: true })]);
    expect(JSON.stringify(rolesIn(again))).not.toContain('taken out');
  });

  test('of somebody else stays as it stands', () => {
    const theirs = { name: 'auditor', login: true, passwordSecret: { name: 'audit' } };
    expect(rolesIn(respond({}, { cluster: cluster([theirs]) }))).toBeUndefined();
    const beside = rolesIn(respond({ roles: [{ name: 'reader' }] }, { cluster: cluster([theirs]) }));
    expect(beside).toEqual([theirs, expect.objectContaining({ name: 'reader' })]);
  });
});

describe('a database', () => {
  const spec = { databases: [{ name: 'reports', extensions: ['tablefunc'] }] };

  test('stays in the server whatever becomes of its object, and belongs to a role with a Secret of its own', () => {
    const response = respond(spec);
    expect(objectOf(response, 'database-reports')).toMatchObject({
      kind: 'Database',
      metadata: { name: 'orders-reports' },
      spec: {
        cluster: { name: 'orders' },
        name: 'reports',
        owner: 'reports',
        databaseReclaimPolicy: 'retain',
        extensions: [{ name: 'tablefunc', ensure: 'present' }],
      },
    });
    expect(decodedData(objectOf(response, 'conn-reports'))).toMatchObject({
      username: 'reports',
      database: 'reports',
    });
    expect(rolesIn(response)).toEqual([expect.objectContaining({ name: 'reports', inRoles: [] })]);
  });

  test('of which there is one already has an object only for its extensions', () => {
    const { resources } = respond({});
    expect(resources.map(({ object }) => object.kind)).not.toContain('Database');
    const first = objectOf(respond({ extensions: ['vector'], database: 'shop', owner: 'app' }), 'database');
    expect(first).toMatchObject({ metadata: { name: 'orders' }, spec: { name: 'shop', owner: 'app' } });
  });

  test.each([
    {
      reason: 'nobody has reported on',
      found: { metadata: { generation: 1 } },
      says: 'waits for its server',
    },
    {
      reason: 'was reported on before it changed',
      found: { metadata: { generation: 2 }, status: { applied: true, observedGeneration: 1 } },
      says: 'waits for its server',
    },
    {
      reason: 'PostgreSQL refuses',
      found: {
        metadata: { generation: 1 },
        status: { applied: false, observedGeneration: 1, message: 'no such extension' },
      },
      says: 'no such extension',
    },
    {
      reason: 'is as it should be',
      found: { metadata: { generation: 1 }, status: { applied: true, observedGeneration: 1 } },
      says: undefined,
    },
  ])('that $reason is told of', ({ found, says }) => {
    const told = condition(respond(spec, {}, { 'database-reports': found }), 'DatabasesReady');
    expect(told?.status).toBe(says === undefined ? 'True' : 'False');
    expect(told?.message ?? '').toContain(says ?? '');
  });

  test('is left out, and named, where CloudNativePG has no such objects', () => {
    const response = call(claim('PostgresInstance', spec), {
      required: { conn: null, 'conn-reports': null },
      served: { cluster: true, 'database-reports': false },
    });
    expect(response.resources.map(({ key }) => key)).not.toContain('database-reports');
    expect(condition(response, 'DatabasesReady')?.message).toContain('Database (postgresql.cnpg.io/v1)');
  });
});

test('an extension that PostgreSQL has to load when it starts is loaded, with what the claim says of it', () => {
  const parameters = (spec: JsonObject) =>
    at(objectOf(respond(spec), 'cluster'), 'spec', 'postgresql', 'parameters');
  expect(parameters({ extensions: ['pg_stat_statements'] })).toMatchObject({
    'pg_stat_statements.track': 'top',
  });
  const given = { 'pg_stat_statements.track': 'all' };
  expect(parameters({ extensions: ['pg_stat_statements'], parameters: given })).toMatchObject(given);
  expect(Object.keys(parameters({ extensions: ['vector'] }) as object)).toEqual(
    Object.keys(parameters({}) as object),
  );
});
