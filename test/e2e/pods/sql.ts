import pg from 'pg';

/** Statements for one connection, in order. */
export interface SqlOrder {
  /** `postgresql://…`, as a `-conn` Secret has it. */
  readonly uri: string;
  readonly statements: readonly string[];
  /** Of the authority that has to have signed the server's certificate, as PEM; without it nothing is verified. */
  readonly ca?: string;
}

/** The rows of the last statement. Fails with PostgreSQL's own message. */
export async function sql({ uri, statements, ca }: SqlOrder): Promise<unknown> {
  const client = new pg.Client({
    connectionString: uri,
    ...(ca === undefined ? {} : { ssl: { ca } }),
    connectionTimeoutMillis: 5_000,
    query_timeout: 30_000,
  });
  await client.connect();
  try {
    let rows: unknown = [];
    for (const statement of statements) rows = (await client.query(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}
