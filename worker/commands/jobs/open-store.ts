import { openPool } from '../../adapters/postgres/connection.ts';
import { postgresStore } from '../../adapters/postgres/store.ts';
import { REFUSED } from '../../../command-line/exit-code.ts';
import { Failure } from '../../../command-line/failure.ts';
import { readLog } from '../../config/config.ts';
import type { EnvReader } from '../../config/env-reader.ts';
import { readNats } from '../../config/nats.ts';
import type { NatsConfig } from '../../config/nats.ts';
import { readPostgres } from '../../config/postgres.ts';
import type { JobStore } from '../../job-store.ts';
import { readMigrations } from '../../migrate.ts';
import { hider } from '../../observability/log.ts';
import { configure } from '../configure.ts';
import { describe } from '../error-text.ts';

/** The jobs of the executor that the environment names. */
export interface OpenJobs<T> {
  readonly store: JobStore;
  readonly nats: NatsConfig;
  /** What the command has read beside. */
  readonly more: T;
}

/** Does some work on the jobs in the database. @throws a Failure that hides the secrets of the environment */
export async function withJobs<T, R>(
  readMore: (env: EnvReader) => T,
  work: (jobs: OpenJobs<T>) => Promise<R>,
): Promise<R> {
  const { postgres, nats, log, more } = configure((env) => ({
    postgres: readPostgres(env),
    nats: readNats(env),
    log: readLog(env),
    more: readMore(env),
  }));
  const store = postgresStore(
    openPool(postgres.address, 2, () => {}),
    nats.group,
    await readMigrations(),
  );
  try {
    return await work({ store, nats, more });
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(hider(log.secrets)(describe(error)), REFUSED);
  } finally {
    await store.close();
  }
}
