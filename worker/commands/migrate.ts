import { command } from '../../command-line/command.ts';
import { DONE, FAILED } from '../../command-line/exit-code.ts';
import type { ExitCode } from '../../command-line/exit-code.ts';
import { wholeNumber } from '../../command-line/flag.ts';
import { openPool } from '../adapters/postgres/connection.ts';
import { reachServer } from '../adapters/postgres/reach.ts';
import { readPostgres } from '../config/postgres.ts';
import { migrate } from '../migrate.ts';
import { ENVIRONMENT, configure } from './configure.ts';
import { describe } from './error-text.ts';

/** As long as a database takes that was ordered together with the worker: a Pod that fails instead is started ever later. */
const WAIT_SECONDS = 120;

/** A migration, or another worker's that is waited for, may take a day. */
const LONGEST_MS = 24 * 3_600_000;

/** `worker migrate`: an init container, or a person before an upgrade. */
export const migrateCommand = command({
  description: `Brings the tables in PostgreSQL up to this version. Safe to run again, and by many at once.
${ENVIRONMENT}`,
  flags: {
    wait: {
      value: 'SECONDS',
      otherwise: `${WAIT_SECONDS}`,
      help: 'How long to wait for a PostgreSQL that does not answer; not at all for one that refuses the login.',
      read: wholeNumber(),
    },
  },
  run: ({ flags }) => migrateTables(flags.wait),
});

async function migrateTables(waitSeconds: number): Promise<ExitCode> {
  const { address } = configure(readPostgres);
  const pool = openPool(address, 1, () => {}, LONGEST_MS);
  try {
    await reachServer(pool, waitSeconds * 1000, console.log);
    const applied = await migrate(pool);
    for (const { number, name } of applied) console.log(`applied migration ${number} (${name})`);
    if (applied.length === 0) console.log('the schema is up to date');
    return DONE;
  } catch (error) {
    console.error(`cannot migrate: ${describe(error)}`);
    return FAILED;
  } finally {
    await pool.end();
  }
}
