import type pg from 'pg';

const columns = `
  SELECT c.relname AS table, format('  %I %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
    CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END,
    coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')) AS line
  FROM pg_class c
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
  ORDER BY c.relname, a.attnum`;

// NOT NULL became a constraint with a name of its own in PostgreSQL 18; the columns above say it already.
const constraints = `
  SELECT conrelid::regclass::text AS table, format('  CONSTRAINT %I %s', conname, pg_get_constraintdef(oid)) AS line
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
  ORDER BY conrelid::regclass::text, conname`;

const indexes = `
  SELECT indexdef AS line FROM pg_indexes
  WHERE schemaname = 'public' AND indexname NOT IN (SELECT conname FROM pg_constraint)
  ORDER BY tablename, indexname`;

interface Line {
  readonly table: string;
  readonly line: string;
}

/** The tables of a database as SQL, in an order of their own: the same for every version of PostgreSQL. */
export async function dumpSchema(pool: pg.Pool): Promise<string> {
  const [made, held, found] = await Promise.all([
    pool.query<Line>(columns),
    pool.query<Line>(constraints),
    pool.query<Pick<Line, 'line'>>(indexes),
  ]);
  const tables = [...new Set(made.rows.map(({ table }) => table))];
  const statements = tables.map((name) => {
    const lines = [...made.rows, ...held.rows].filter(({ table }) => table === name).map(({ line }) => line);
    return `CREATE TABLE ${name} (\n${lines.join(',\n')}\n);\n`;
  });
  return [...statements, ...found.rows.map(({ line }) => `${line};\n`)].join('\n');
}
