import { openPool } from '../adapters/postgres/connection.ts';
import { reachServer } from '../adapters/postgres/reach.ts';
import { readPostgres } from '../config/config.ts';
import { migrate } from '../migrate.ts';
import { configure } from './configure.ts';
import { FAILED, describe } from './exit.ts';

/** `worker migrate`: an init container, or a person before an upgrade. */
export async function migrateCommand(waitSeconds: number): Promise<void> {
  const { address } = configure(readPostgres);
  // One connection holds the lock, another one is for the checkpointer.
  const pool = openPool(address, 2, () => {});
  try {
    await reachServer(pool, waitSeconds * 1000, console.log);
    const applied = await migrate(pool);
    for (const { number, name } of applied) console.log(`applied migration ${number} (${name})`);
    if (applied.length === 0) console.log('the schema is up to date');
  } catch (error) {
    console.error(`cannot migrate: ${describe(error)}`);
    process.exitCode = FAILED;
  } finally {
    await pool.end();
  }
}
