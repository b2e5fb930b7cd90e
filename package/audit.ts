/** `npm run audit`: no known vulnerability in any package we use, but for those that audit-exceptions.json gives a reason for. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execute } from './execute.ts';
import { command } from '../command-line/command.ts';
import { DONE, FAILED } from '../command-line/exit-code.ts';
import type { ExitCode } from '../command-line/exit-code.ts';
import { main } from '../command-line/main.ts';
import type { Terminal } from '../command-line/terminal.ts';
import manifest from '../package.json' with { type: 'json' };
import { findings } from './audit-findings.ts';
import type { AuditReport, Exception } from './audit-findings.ts';

/** npm ends with 1 when it has found something; its report is on standard output all the same. */
async function audit(): Promise<AuditReport> {
  const options = { cwd: join(import.meta.dirname, '..'), maxBuffer: 64 << 20 };
  const { stdout } = await execute('npm', ['audit', '--json'], options).catch(
    (error: unknown) => error as { stdout: string },
  );
  return JSON.parse(stdout) as AuditReport;
}

async function report(terminal: Terminal): Promise<ExitCode> {
  const file = join(import.meta.dirname, 'audit-exceptions.json');
  const exceptions = JSON.parse(await readFile(file, 'utf8')) as Exception[];
  const today = new Date().toISOString().slice(0, 10);
  const found = findings(await audit(), exceptions, today);
  for (const line of found) terminal.say(line);
  if (found.length > 0) return FAILED;
  terminal.print('no known vulnerability in any package we use\n');
  return DONE;
}

await main({
  name: 'audit',
  version: manifest.version,
  root: command({
    description: `Looks for known vulnerabilities in every package we use, but for those that package/audit-exceptions.json gives a
reason for. Ends with 1 when there is one.`,
    flags: {},
    run: (_, terminal) => report(terminal),
  }),
});
