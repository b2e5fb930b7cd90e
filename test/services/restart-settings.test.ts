import pg from 'pg';
import { expect, test } from 'vitest';
import { settingsAtStart } from '../../generate/restart-settings.ts';
import { readAtStart } from '../../render/difference/restart-settings.gen.ts';
import { describeServers } from '../servers/describe-servers.ts';

describeServers('the settings that diff says restart PostgreSQL', ({ postgres }) => {
  test('are those that the server here reads at start only', async () => {
    const client = new pg.Client({ connectionString: postgres });
    await client.connect();
    const { rows: version } = await client.query<{ server_version_num: string }>('SHOW server_version_num');
    const { rows } = await client.query<{ name: string }>(settingsAtStart);
    await client.end();
    const major = `${Math.floor(Number(version[0]?.server_version_num) / 10_000)}`;
    const said = rows.map(({ name }) => name);
    // Of a server that no claim may have, nothing is written down.
    expect(said).toEqual(readAtStart[major] ?? said);
  });
});
