import { Console } from 'node:console';
import pc from 'picocolors';
import { command } from '../../command-line/command.ts';
import { DONE, FAILED, REFUSED } from '../../command-line/exit-code.ts';
import type { ExitCode } from '../../command-line/exit-code.ts';
import { Failure } from '../../command-line/failure.ts';
import { refuseIdle } from '../../command-line/idle.ts';
import { readAgent } from '../config/agent.ts';
import { readJobs } from '../config/config.ts';
import { isJsonObject } from '../json.ts';
import type { JsonObject } from '../json.ts';
import type { JobEvent } from '../ports.ts';
import { tryJob } from './try-job.ts';
import { configure } from './configure.ts';
import { STDIN } from '../../command-line/read-text.ts';
import { readDefinition, readText } from './definition-file.ts';
import { startDemoModel } from './demo-model.ts';
import { hasModel, withModel } from './model-choice.ts';
import { withOwnTools } from './own-tools.ts';
import { Progress, tokensIn } from './progress.ts';
import { readFiles, writeFiles } from './run-files.ts';

/** Says how to get a model when there is none: the one thing that `run` cannot do without. */
function requireModel(environment: NodeJS.ProcessEnv, modelUrl: string | undefined): void {
  if (modelUrl || hasModel(environment)) return;
  throw new Failure(
    'cannot run: there is no model\n' +
      '  set OPENAI_API_KEY or ANTHROPIC_API_KEY, or give --model-url with a server that speaks the OpenAI protocol;\n' +
      '  docs/models.md has the variables of Azure OpenAI, Amazon Bedrock and Google',
    REFUSED,
  );
}

const text = (data: JsonObject, key: string): string => {
  const value = data[key];
  return typeof value === 'string' ? value : JSON.stringify(value ?? '');
};

function againText(data: JsonObject): string {
  const from = data['step'] === null ? '' : `, from step ${text(data, 'step')}`;
  return `attempt ${text(data, 'attempt')} of ${text(data, 'of')}${from}, after ${text(data, 'after')}`;
}

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
      return `\n${pc.dim(againText(data))}\n`;
    case 'on_llm_error':
      return `\n${pc.dim(`${text(data, 'model')} failed, and what it said is taken back: ${text(data, 'code')}`)}\n`;
    case 'error':
      return `\n${pc.red(`${text(data, 'code')}: ${text(data, 'message')}`)}\n`;
    case 'on_llm_end':
    case 'on_state_update':
    case 'on_stream':
    case 'end':
      return undefined;
  }
}

/** `worker run`: one job with live events. The result goes to standard output, the rest to standard error. */
export const tryCommand = command({
  description: `Runs one job here and now, with nothing but a model, and prints its result. Ends with 1 when the job fails.
A definition may be JSON or YAML; - is the standard input. With --demo no model and no key are needed.`,
  operands: { usage: 'DEFINITION.json|yaml', least: 1, most: 1 },
  flags: {
    input: { value: 'TEXT', help: 'What the user says to the agent.' },
    'input-file': { value: 'FILE', help: 'The same from a file, or from the standard input (-).' },
    file: {
      value: 'PATH',
      many: true,
      help: 'A file that the agent finds as /NAME; as many as there are.',
    },
    'output-dir': { value: 'FOLDER', help: 'Write the files that the agent has in the end below it.' },
    model: {
      value: 'NAME',
      help: 'Model of every node, whatever the definition says; or set LLM_MODEL_NAME.',
    },
    'model-url': {
      value: 'URL',
      help: 'A server that speaks the OpenAI protocol; or set OPENAI_API_KEY, ANTHROPIC_API_KEY, or what docs/models.md has of other providers.',
    },
    demo: { help: 'A model that thinks nothing: it calls each tool of the definition once.' },
  },
  async run(call) {
    const {
      flags,
      operands: [file = ''],
    } = call;
    const { input, 'input-file': inputFile } = flags;
    if ((input === undefined) === (inputFile === undefined))
      throw new Failure('cannot run: expected --input TEXT, or --input-file FILE', REFUSED);
    const run = async (modelUrl: string | undefined): Promise<ExitCode> =>
      runOnce(file, {
        input: input ?? (await readText(inputFile ?? STDIN)),
        files: await readFiles(flags.file),
        outputFolder: flags['output-dir'],
        model: flags.demo ? 'demo' : flags.model,
        modelUrl,
      });
    if (flags.demo) refuseIdle(call, ['model', 'model-url'], 'with --demo');
    if (!flags.demo) return run(flags['model-url']);
    const model = await startDemoModel();
    return run(model.url).finally(() => model.close());
  },
});

interface Run {
  readonly input: string;
  readonly files: JsonObject;
  readonly outputFolder: string | undefined;
  readonly model: string | undefined;
  readonly modelUrl: string | undefined;
}

/** Nobody waits at a terminal for hours, as a job in a queue does. */
const patience = '1m';

async function runOnce(file: string, run: Run): Promise<ExitCode> {
  const { modelUrl } = run;
  requireModel(process.env, modelUrl);
  // Standard output is for the result alone, whatever a library has to say.
  globalThis.console = new Console(process.stderr);
  const environment = {
    RETRY_PATIENCE: patience,
    ...process.env,
    ...(modelUrl === undefined ? {} : { OPENAI_BASE_URL: modelUrl }),
  };
  const { settings, jobs } = configure(
    (env) => ({ settings: readAgent(env), jobs: readJobs(env) }),
    environment,
  );
  const own = withOwnTools(settings, process.env);
  const definition = withModel(await readDefinition(file), run);
  const { memoryAgent } = await import('./agent.ts');
  const agent = memoryAgent(own);
  const problems = agent.check(definition);
  if (problems.length > 0) {
    const lines = problems.map(({ path, message }) => `  ${path}: ${message}`);
    throw new Failure([`cannot run ${file}:`, ...lines].join('\n'), FAILED);
  }
  const progress = new Progress(own.openai.baseUrl ?? 'that of the provider', (text) => {
    process.stderr.write(pc.dim(text));
  });
  const input = { messages: [{ role: 'user', content: run.input }], files: run.files };
  const end = await tryJob(agent, definition, input, jobs, progress.log(), (event) => {
    const line = shown(event);
    progress.heard(event.type === 'on_tool_start' ? `tool ${text(event.data, 'name')}` : 'the model');
    if (line !== undefined) process.stderr.write(line);
  });
  progress.close();
  await agent.close();
  const told = [`${progress.seconds()} s`, tokensIn(end)].filter((each) => each !== '').join(', ');
  process.stderr.write(`\n${pc.dim(told)}\n`);
  if (!isJsonObject(end['result'])) return FAILED;
  if (run.outputFolder !== undefined) await writeFiles(run.outputFolder, end['result']);
  process.stdout.write(`${JSON.stringify(end['result'], undefined, 2)}\n`);
  return DONE;
}
