import { describe, expect, test } from 'vitest';
import { readMigrations, schemaProblems } from '../../worker/migrate.ts';

const migrations = await readMigrations();

/** The statements of a migration without its comments, in one line each. */
function statementsOf(sql: string): string[] {
  const statements = sql.replaceAll(/--.*$/gm, '').split(';');
  return statements.map((one) => one.replaceAll(/\s+/g, ' ').trim()).filter((one) => one !== '');
}

describe('a migration beside which workers of before go on', () => {
  const additive = migrations.filter(({ breaking }) => !breaking);

  test('is each of these', () => {
    expect(additive.map(({ number }) => number)).toEqual([6, 7, 9, 10, 11, 12, 14, 15, 16, 17]);
  });
  test.each(additive)('$number ($name) only makes tables, indexes, columns and functions', ({ sql }) => {
    for (const statement of statementsOf(sql)) {
      expect(statement).toMatch(
        /^(CREATE TABLE|CREATE (UNIQUE )?INDEX|CREATE FUNCTION|ALTER TABLE \w+ ADD COLUMN) /,
      );
      expect(statement).not.toMatch(/, (DROP|ALTER|RENAME|SET|VALIDATE) /);
    }
  });
  test.each(additive)('$number ($name) asks nothing of rows that workers of before write', ({ sql }) => {
    const tables = statementsOf(sql).filter((one) => one.startsWith('ALTER TABLE'));
    const columns = tables.flatMap((one) => one.split('ADD COLUMN ').slice(1));
    expect(columns.filter((one) => one.includes('NOT NULL') && !one.includes('DEFAULT'))).toEqual([]);
  });
});

test.each([
  { knows: 12, problem: 'the schema is newer than this worker: it has migration 13' },
  { knows: 13, problem: undefined },
  { knows: 15, problem: undefined },
])('a worker that knows $knows migrations on the schema of this one', ({ knows, problem }) => {
  const known = migrations.filter(({ number }) => number <= knows);
  expect(schemaProblems(known, migrations)).toEqual(problem === undefined ? [] : [problem]);
});
