import { describe, expect, test } from 'vitest';
import { at } from '../../functions/composition/read.ts';
import { readAtStart } from '../../render/difference/restart-settings.gen.ts';
import { claim, difference, platform, summary } from './changes.ts';

test('every major version that a claim may have was asked', () => {
  const offer = platform.offers.find(({ definition }) => definition.kind === 'PostgresInstance');
  const versions = at(offer?.definition.openApi, 'properties', 'spec', 'properties', 'version', 'enum');
  expect(Object.keys(readAtStart)).toEqual(versions);
});

describe('a parameter', () => {
  test.each([
    {
      version: '16',
      from: { autovacuum_max_workers: '3' },
      to: { autovacuum_max_workers: '5' },
      restarts: true,
    },
    {
      version: '18',
      from: { autovacuum_max_workers: '3' },
      to: { autovacuum_max_workers: '5' },
      restarts: false,
    },
    { version: '18', from: {}, to: { io_method: 'worker' }, restarts: true },
    { version: '16', from: {}, to: { old_snapshot_threshold: '1h' }, restarts: true },
    { version: '17', from: {}, to: { statement_timeout: '1min' }, restarts: false },
    { version: '17', from: {}, to: { 'pg_stat_statements.track': 'all' }, restarts: true },
    {
      version: '17',
      from: { 'pg_stat_statements.track': 'top' },
      to: { 'pg_stat_statements.track': 'all' },
      restarts: false,
    },
  ])('of $version: $from → $to', ({ version, from, to, restarts }) => {
    const [cluster] = summary(
      difference(
        claim('PostgresInstance', { version, parameters: from }),
        claim('PostgresInstance', { version, parameters: to }),
      ),
    );
    expect(cluster).toEqual({
      what: 'changed cluster',
      effects: restarts ? ['restarts: restarts the instances, one after another'] : [],
    });
  });
});
