/** `npm run audit`: no known vulnerability in any package we use, but for those that audit-exceptions.json gives a reason for. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findings, type AuditReport, type Exception } from './audit-findings.ts';

const run = promisify(execFile);

/** npm ends with 1 when it has found something; its report is on standard output all the same. */
async function audit(): Promise<AuditReport> {
  const options = { cwd: join(import.meta.dirname, '..'), maxBuffer: 64 << 20 };
  const { stdout } = await run('npm', ['audit', '--json'], options).catch(
    (error: unknown) => error as { stdout: string },
  );
  return JSON.parse(stdout) as AuditReport;
}

const file = join(import.meta.dirname, 'audit-exceptions.json');
const exceptions = JSON.parse(await readFile(file, 'utf8')) as Exception[];
const today = new Date().toISOString().slice(0, 10);
const found = findings(await audit(), exceptions, today);
for (const line of found) console.error(line);
if (found.length === 0) console.log('no known vulnerability in any package we use');
process.exitCode = found.length === 0 ? 0 : 1;
