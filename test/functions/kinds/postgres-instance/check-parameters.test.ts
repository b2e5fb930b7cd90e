import { expect, test } from 'vitest';
import type { JsonObject } from '../../../../functions/composition/contract.ts';
import { call, claim } from '../../call.ts';

const respond = (spec: JsonObject, observed = {}) =>
  call(claim('PostgresInstance', spec), { required: { conn: null, cluster: null }, observed });

test.each([
  { parameters: { archive_mode: 'off' }, says: 'is set by CloudNativePG' },
  { parameters: { Archive_Mode: 'off' }, says: 'is set by CloudNativePG' },
  { parameters: { SHARED_BUFFERS: '64GB' }, says: 'is shared_buffers to PostgreSQL' },
  { parameters: { 'a.b.c': '1' }, says: 'must be a valid PostgreSQL configuration parameter name' },
  { parameters: { 'work-mem': '1MB' }, says: 'must be a valid PostgreSQL configuration parameter name' },
  { parameters: { shared_preload_libraries: 'auto_explain' }, says: 'spec.sharedPreloadLibraries' },
  { parameters: { wal_level: 'minimal' }, says: '`wal_level` should be set at `logical` or `replica`' },
  { parameters: { wal_level: 'archive' }, says: 'unrecognized `wal_level` value "archive"' },
  { parameters: { wal_level: 'Replica' }, says: 'unrecognized `wal_level`' },
  { parameters: { hot_standby_feedback: 'maybe' }, says: 'invalid `hot_standby_feedback` value "maybe"' },
  { parameters: { wal_log_hints: 'o' }, says: 'invalid `wal_log_hints` value "o"' },
  { parameters: { wal_log_hints: 'off' }, instances: 2, says: '`wal_log_hints` must be set to `on`' },
  { parameters: { min_wal_size: '2GB' }, says: 'should be smaller than parameter max_wal_size' },
  { parameters: { max_wal_size: '80MB' }, says: 'spec.parameters.min_wal_size' },
  { parameters: { min_wal_size: '1GB', max_wal_size: '1024' }, says: 'should be smaller' },
  { parameters: { max_wal_size: 'much' }, says: 'spec.parameters.max_wal_size: expected a number' },
  { parameters: { shared_buffers: '16384' }, says: 'spec.parameters.shared_buffers: expected a number with' },
  { parameters: { shared_buffers: '1TB' }, says: 'may be at most 512MB' },
  { parameters: { 'pg_failover_slots.x': '1' }, says: '`hot_standby_feedback` must be enabled' },
])('$parameters are refused', ({ says, ...spec }) => {
  const { results } = respond(spec as JsonObject);
  expect(results[0]).toMatchObject({ severity: 'fatal', message: expect.stringContaining(says) as string });
});

test.each([
  { wal_level: 'replica' },
  { wal_log_hints: 'off' },
  { hot_standby_feedback: 'YES', sync_replication_slots: 'of' },
  { min_wal_size: '256 MB', max_wal_size: '4GB' },
  { max_wal_size: '4096' },
  { shared_buffers: '524288kB' },
  { 'pg_failover_slots.x': '1', hot_standby_feedback: 'on' },
  { 'auto_explain.log_min_duration': '5s', search_path: '"$user", public' },
])('%j are taken', (parameters) => {
  expect(respond({ parameters }).results).toEqual([]);
});

test('a name in capitals that a Cluster has already stands, and with another value it does not', () => {
  const parameters = { Work_Mem: '8MB' };
  const observed = { cluster: { spec: { postgresql: { parameters } } } };
  expect(respond({ parameters }, observed).results).toMatchObject([{ severity: 'warning' }]);
  expect(respond({ parameters: { Work_Mem: '9MB' } }, observed).results).toMatchObject([
    { severity: 'fatal' },
  ]);
});
