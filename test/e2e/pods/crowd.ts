import pg from 'pg';

/** Many clients at once, each with a connection of its own, which stays open until all have been served. */
export interface CrowdOrder {
  readonly uri: string;
  /** Of the authority that the server's certificate has to be signed by, as PEM; the name has to be right too. */
  readonly ca: string;
  readonly clients: number;
}

export interface Served {
  readonly served: number;
  /** What those who were not served were told, each once. */
  readonly errors: readonly string[];
  /** Server processes of the crowd's database while all of it was there. */
  readonly backends: number;
}

export async function crowd({ uri, ca, clients: count }: CrowdOrder): Promise<Served> {
  const clients = Array.from(
    { length: count },
    () => new pg.Client({ connectionString: uri, ssl: { ca }, connectionTimeoutMillis: 60_000 }),
  );
  const errors = new Set<string>();
  const attempt = async (client: pg.Client) => {
    await client.connect();
    await client.query('select pg_sleep(0.2)');
    return client;
  };
  const settled = await Promise.allSettled(clients.map(attempt));
  for (const each of settled)
    if (each.status === 'rejected')
      errors.add(each.reason instanceof Error ? each.reason.message : String(each.reason));
  const open = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const counted = await open[0]?.query<{ count: number }>(
    'select count(*)::int from pg_stat_activity where datname = current_database()',
  );
  await Promise.allSettled(open.map((client) => client.end()));
  return { served: open.length, errors: [...errors], backends: counted?.rows[0]?.count ?? 0 };
}
