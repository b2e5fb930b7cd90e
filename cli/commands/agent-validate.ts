import { command } from '../../command-line/command.ts';
import { reasonOf } from '../../command-line/failure.ts';
import { readText } from '../../command-line/read-text.ts';
import { readText as readScript } from '../../worker/commands/definition-file.ts';
import { agentFindings } from '../agents/findings.ts';
import { readSource } from '../agents/source.ts';
import type { Finding } from '../output/findings.ts';
import { exitCodeOf, findingLine, sortedFindings } from '../output/findings.ts';

export const agentValidate = command({
  description: `Says everything that is wrong with agent definitions in JSON or YAML, with line and column: fields, names, schemas of
tools, and the syntax of JavaScript. It needs no model and no key; what a worker lacks for a definition that
worker says itself (worker validate, with its environment).`,
  operands: { usage: 'DEFINITION…', least: 1, most: Infinity },
  flags: {},
  async run({ operands }, terminal) {
    const findings = (await Promise.all(operands.map(findingsIn))).flat();
    for (const finding of sortedFindings(findings)) terminal.print(`${findingLine(finding)}\n`);
    const wrong = new Set(findings.map(({ file }) => file));
    const problems = findings.length === 1 ? '1 problem' : `${findings.length} problems`;
    const valid = operands.filter((file) => !wrong.has(file)).length;
    terminal.say(`${valid} of ${operands.length} definitions valid, ${problems}`);
    return exitCodeOf(findings);
  },
});

async function findingsIn(file: string): Promise<readonly Finding[]> {
  const text = await readText(file).catch((error: unknown) => ({ reason: reasonOf(error) }));
  if (typeof text !== 'string')
    return [{ file, path: '', message: `cannot be read: ${text.reason}`, call: true }];
  const source = readSource(file, text);
  return 'message' in source ? [source] : agentFindings(source, readScript);
}
