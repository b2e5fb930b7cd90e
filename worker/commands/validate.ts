import { readAgent } from '../config/config.ts';
import { configure } from './configure.ts';
import { readDefinition } from './definition-file.ts';
import { FAILED } from './exit.ts';

/** `worker validate`: what is wrong with a definition, before anybody runs it. */
export async function validateCommand(file: string): Promise<void> {
  const settings = configure(readAgent);
  const definition = await readDefinition(file);
  const { memoryAgent } = await import('./agent.ts');
  const problems = memoryAgent(settings).check(definition);
  for (const { path, message } of problems)
    console.log(`${file}: ${path === '' ? '' : `${path}: `}${message}`);
  if (problems.length === 0) console.log(`${file}: valid`);
  else process.exitCode = FAILED;
}
