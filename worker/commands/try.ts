import { Console } from 'node:console';
import pc from 'picocolors';
import { command } from '../../command-line/command.ts';
import { DONE, FAILED, REFUSED } from '../../command-line/exit-code.ts';
import type { ExitCode } from '../../command-line/exit-code.ts';
import { Failure } from '../../command-line/failure.ts';
import { openLog } from '../observability/log.ts';
import { readAgent, readJobs, readLog } from '../config/config.ts';
import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { JobEvent } from '../ports.ts';
import { tryJob } from './try-job.ts';
import { configure } from './configure.ts';
import { readDefinition } from './definition-file.ts';

/** Says how to get a model when there is none: the one thing that `run` cannot do without. */
function requireModel(environment: NodeJS.ProcessEnv, modelUrl: string | undefined): void {
  const { OPENAI_API_KEY, OPENAI_BASE_URL, ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL } = environment;
  if (modelUrl || OPENAI_API_KEY || OPENAI_BASE_URL || ANTHROPIC_API_KEY || ANTHROPIC_BASE_URL) return;
  throw new Failure(
    'cannot run: there is no model\n' +
      '  set OPENAI_API_KEY or ANTHROPIC_API_KEY, or give --model-url with a server that speaks the OpenAI protocol',
    REFUSED,
  );
}

const text = (data: JsonObject, key: string): string => {
  const value = data[key];
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
};

/** What a person sees of an event; undefined when it is for machines. */
export function shown({ type, data }: JobEvent): string | undefined {
  switch (type) {
    case 'on_llm_stream':
      return text(data, 'content');
    case 'on_tool_start':
      return `\n${pc.cyan(`→ ${text(data, 'name')}`)} ${pc.dim(text(data, 'input'))}\n`;
    case 'on_tool_end':
      return `${pc.cyan(`← ${text(data, 'name')}`)} ${pc.dim(text(data, 'output'))}\n`;
    case 'on_attempt':
      return `\n${pc.dim(`attempt ${text(data, 'attempt')}, after ${text(data, 'after')}`)}\n`;
    case 'error':
      return `\n${pc.red(`${text(data, 'code')}: ${text(data, 'message')}`)}\n`;
    case 'on_state_update':
    case 'end':
      return undefined;
  }
}

/** `worker run`: one job with live events. The result goes to standard output, the rest to standard error. */
export const tryCommand = command({
  description: 'Runs one job here and now, with nothing but a model. Ends with 1 when the job fails.',
  operands: { usage: 'DEFINITION.json', least: 1, most: 1 },
  flags: {
    input: { value: 'TEXT', required: true, help: 'What the user says to the agent.' },
    'model-url': {
      value: 'URL',
      help: 'A server that speaks the OpenAI protocol; or set OPENAI_API_KEY or ANTHROPIC_API_KEY.',
    },
  },
  run: ({ flags, operands: [file = ''] }) => runOnce(file, flags.input, flags['model-url']),
});

async function runOnce(file: string, input: string, modelUrl: string | undefined): Promise<ExitCode> {
  requireModel(process.env, modelUrl);
  // Standard output is for the result alone, whatever a library has to say.
  globalThis.console = new Console(process.stderr);
  const environment = { ...process.env, ...(modelUrl === undefined ? {} : { OPENAI_BASE_URL: modelUrl }) };
  const { settings, jobs } = configure(
    (env) => ({ settings: readAgent(env), jobs: readJobs(env) }),
    environment,
  );
  // Whoever runs a job here and now has read its definition, and servers of tools are often on this machine.
  const own = process.env['MCP_ALLOWED_URLS'] ? settings : { ...settings, mcpAddresses: 'any' as const };
  const log = openLog({ ...configure(readLog), level: 'silent' });
  const definition = await readDefinition(file);
  const { memoryAgent } = await import('./agent.ts');
  const agent = memoryAgent(own);
  const problems = agent.check(definition);
  if (problems.length > 0) {
    const lines = problems.map(({ path, message }) => `  ${path}: ${message}`);
    throw new Failure([`cannot run ${file}:`, ...lines].join('\n'), FAILED);
  }
  const end = await tryJob(agent, definition, input, jobs, log, (event) => {
    const line = shown(event);
    if (line !== undefined) process.stderr.write(line);
  });
  await agent.close();
  process.stderr.write('\n');
  if (!isJsonObject(end['result'])) return FAILED;
  process.stdout.write(`${JSON.stringify(end['result'], undefined, 2)}\n`);
  return DONE;
}
