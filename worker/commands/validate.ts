import { command } from '../../command-line/command.ts';
import { DONE, FAILED } from '../../command-line/exit-code.ts';
import type { ExitCode } from '../../command-line/exit-code.ts';
import { readAgent } from '../config/agent.ts';
import { configure } from './configure.ts';
import { readDefinition } from './definition-file.ts';

/** `worker validate`: what is wrong with a definition, before anybody runs it. */
export const validateCommand = command({
  description: 'Says everything that is wrong with an agent definition, and ends with 1 when something is.',
  operands: { usage: 'DEFINITION.json', least: 1, most: 1 },
  flags: {},
  run: ({ operands: [file = ''] }) => validate(file),
});

async function validate(file: string): Promise<ExitCode> {
  const settings = configure(readAgent);
  const definition = await readDefinition(file);
  const { memoryAgent } = await import('./agent.ts');
  const problems = memoryAgent(settings).check(definition);
  for (const { path, message } of problems)
    console.log(`${file}: ${path === '' ? '' : `${path}: `}${message}`);
  if (problems.length > 0) return FAILED;
  console.log(`${file}: valid`);
  return DONE;
}
