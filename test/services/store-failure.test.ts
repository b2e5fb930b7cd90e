import { expect, test } from 'vitest';
import { openPool, query } from '../../worker/adapters/postgres/connection.ts';
import { transaction } from '../../worker/adapters/postgres/transaction.ts';
import { createDatabase, describeServers } from '../servers/describe-servers.ts';

const cases: readonly [reason: string, code: string, text: string, values?: readonly unknown[]][] = [
  ['a text with the character 0', 'STORE_REFUSED', 'SELECT $1::text', ['a\0b']],
  ['the same within jsonb', 'STORE_REFUSED', 'SELECT $1::jsonb', ['{"a":"\\u0000"}']],
  ['a number out of range', 'STORE_REFUSED', 'SELECT $1::integer', ['99999999999']],
  ['a rule of a table', 'STORE_REFUSED', 'INSERT INTO kept (size) VALUES ($1)', [-1]],
  ['JSON that is too deep', 'STORE_REFUSED', `SELECT repeat('[', 1000000)::json`],
  ['two that write the same at once', 'STORE_UNAVAILABLE', 'INSERT INTO kept (size) VALUES (1), (1)'],
  ['a table that is not there yet', 'STORE_UNAVAILABLE', 'SELECT FROM not_there'],
  ['a server that may not be written', 'STORE_UNAVAILABLE', `SELECT raised('25006')`],
  ['a deadlock', 'STORE_UNAVAILABLE', `SELECT raised('40P01')`],
  ['a connection that broke', 'STORE_UNAVAILABLE', `SELECT raised('08006')`],
  ['a disk that is full', 'STORE_UNAVAILABLE', `SELECT raised('53100')`],
  ['a server that stops', 'STORE_UNAVAILABLE', `SELECT raised('57P01')`],
  ['a file that cannot be read', 'STORE_UNAVAILABLE', `SELECT raised('58030')`],
  ['a statement that takes too long', 'STORE_UNAVAILABLE', `SELECT raised('57014')`],
];

/** Raises what a healthy server cannot be brought to say. */
const RAISED = `
  CREATE TABLE kept (size integer UNIQUE CHECK (size > 0));
  CREATE FUNCTION raised(state text) RETURNS void LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'hunter2' USING ERRCODE = state; END $$;`;

describeServers('what a failure of PostgreSQL stands for', (servers) => {
  test('by the class of its error', async () => {
    const database = await createDatabase(servers.postgres);
    const pool = openPool({ kind: 'url', url: database.url }, 2, () => {});
    await pool.query(RAISED);
    const found: unknown[] = [];
    for (const [reason, , text, values = []] of cases) {
      const failure = query(pool, { name: reason, text }, values);
      found.push([reason, await failure.catch(({ code }: { code: string }) => code)]);
      await expect(failure).rejects.not.toHaveProperty('message', expect.stringContaining('hunter2'));
    }
    expect(found).toEqual(cases.map(([reason, code]) => [reason, code]));
    const twice = transaction(pool, (client) => client.query('SELECT $1::text', ['a\0b']));
    await expect(twice).rejects.toMatchObject({ code: 'STORE_REFUSED' });
    await pool.end();
    await database.drop();
  }, 60_000);
});
