import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../worker/config/config.ts';
import { readPostgres } from '../../worker/config/postgres.ts';
import { authority } from '../tools/certificates.ts';

describe('whether PostgreSQL has to say who it is', () => {
  const folder = mkdtempSync(join(tmpdir(), 'zerotouch-postgres-'));
  const caFile = join(folder, 'ca.crt');
  writeFileSync(caFile, authority('a company').certificate);
  writeFileSync(join(folder, 'notes.txt'), 'no certificate');
  afterAll(() => rmSync(folder, { recursive: true }));

  const DATABASE_URL = 'postgresql://u:hunter2@db/jobs';
  const read = (environment: Record<string, string>) => {
    const found = readConfig({ DATABASE_URL, ...environment }, readPostgres);
    if (found.kind === 'config') return found.config.address.tls;
    return found.problems.map(({ path, message }) => `${path}: ${message}`);
  };
  const ca = { PGSSLROOTCERT: caFile };

  test.each([
    { reason: 'nothing said leaves it to the URL', environment: {}, tls: undefined },
    { reason: 'authorities make it a must', environment: ca, tls: { check: 'host', caFile } },
    { reason: 'no TLS', environment: { PGSSLMODE: 'disable' }, tls: { check: 'off' } },
    {
      reason: 'libpq looks at no file then',
      environment: { PGSSLMODE: 'disable', ...ca },
      tls: { check: 'off' },
    },
    { reason: 'TLS with any server', environment: { PGSSLMODE: 'require' }, tls: { check: 'nothing' } },
    {
      reason: 'libpq takes require for verify-ca where there are authorities',
      environment: { PGSSLMODE: 'require', ...ca },
      tls: { check: 'authority', caFile },
    },
    {
      reason: 'the name does not count',
      environment: { PGSSLMODE: 'verify-ca', ...ca },
      tls: { check: 'authority', caFile },
    },
    {
      reason: 'public authorities',
      environment: { PGSSLMODE: 'verify-full' },
      tls: { check: 'host', caFile: undefined },
    },
  ])('$reason', ({ environment, tls }) => {
    expect(read(environment)).toEqual(tls);
  });

  const MODES = 'expected one of disable, require, verify-ca, verify-full';
  test.each([
    { environment: { PGSSLMODE: 'prefer' }, says: [`PGSSLMODE: ${MODES}, got "prefer"`] },
    { environment: { PGSSLMODE: 'verify_full', ...ca }, says: [`PGSSLMODE: ${MODES}, got "verify_full"`] },
    {
      environment: { PGSSLMODE: 'verify-ca' },
      says: ['PGSSLROOTCERT: expected the authorities that verify-ca checks against, got none'],
    },
    {
      environment: { PGSSLROOTCERT: '/nowhere' },
      says: [
        expect.stringMatching(
          /^PGSSLROOTCERT: expected a file of certificates in PEM, got "\/nowhere": ENOENT/,
        ),
      ],
    },
    {
      environment: { PGSSLMODE: 'yes', PGSSLROOTCERT: join(folder, 'notes.txt') },
      says: [expect.stringMatching(/^PGSSLROOTCERT: .*notes\.txt": /), `PGSSLMODE: ${MODES}, got "yes"`],
    },
  ])('is refused in words: $environment', ({ environment, says }) => {
    expect(read(environment)).toEqual(says);
  });
});
