import { parseArgs } from 'node:util';

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'serve' | 'migrate' | 'ensure-stream' }
  | {
      readonly kind: 'run';
      readonly file: string;
      readonly input: string;
      readonly modelUrl: string | undefined;
    }
  | { readonly kind: 'validate'; readonly file: string }
  | { readonly kind: 'help'; readonly text: string }
  | { readonly kind: 'mistake'; readonly message: string };

interface Usage {
  readonly summary: string;
  readonly usage: string;
  readonly more: string;
}

const ENVIRONMENT = 'Settings come from the environment; docs/worker-configuration.md lists them.';

const usages: Readonly<Record<'serve' | 'migrate' | 'ensure-stream' | 'run' | 'validate', Usage>> = {
  serve: {
    summary: 'take jobs from NATS and run them (the default)',
    usage: 'worker serve',
    more: `Stops on SIGTERM: jobs stop at their next step and go on elsewhere. A second signal ends it at once.\n${ENVIRONMENT}`,
  },
  migrate: {
    summary: 'bring the tables in PostgreSQL up to this version',
    usage: 'worker migrate',
    more: `Safe to run again, and by many at once.\n${ENVIRONMENT}`,
  },
  'ensure-stream': {
    summary: 'create the streams and the consumer in NATS, or check them',
    usage: 'worker ensure-stream',
    more: `Changes nothing that could lose messages: such differences are reported.\n${ENVIRONMENT}`,
  },
  run: {
    summary: 'run one job here and now, with nothing but a model',
    usage: 'worker run DEFINITION.json --input TEXT [--model-url URL]',
    more: [
      '  --input TEXT      what the user says to the agent',
      '  --model-url URL   a server that speaks the OpenAI protocol; or set OPENAI_API_KEY or ANTHROPIC_API_KEY',
    ].join('\n'),
  },
  validate: {
    summary: 'say everything that is wrong with an agent definition',
    usage: 'worker validate DEFINITION.json',
    more: 'Exit status 1 when something is.',
  },
};

const isCommand = (name: string): name is keyof typeof usages => name in usages;

const overview = [
  'worker: runs agent jobs to their end',
  '',
  ...Object.entries(usages).map(([name, { summary }]) => `  ${name.padEnd(15)}${summary}`),
  '',
  '`worker COMMAND --help` says more.',
].join('\n');

function helpOf({ summary, usage, more }: Usage): string {
  return `${usage}\n\n${summary[0]?.toUpperCase()}${summary.slice(1)}.\n\n${more}`;
}

/** Reads the arguments after the program's name. */
export function readCommand(args: readonly string[]): Command {
  const [first = 'serve', ...others] = args;
  if (['help', '--help', '-h'].includes(first)) return { kind: 'help', text: overview };
  const [name, rest] = first.startsWith('-') ? ['serve', args] : [first, others];
  if (!isCommand(name))
    return { kind: 'mistake', message: `expected one of ${Object.keys(usages).join(', ')}, got ${name}` };
  const usage = usages[name];
  try {
    return readRest(name, rest);
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown';
    return { kind: 'mistake', message: `${why}\n\n${usage.usage}` };
  }
}

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  input: { type: 'string' },
  'model-url': { type: 'string' },
} as const;

/** Throws with a sentence for the user when the arguments are not those of the command. */
function readRest(name: keyof typeof usages, args: readonly string[]): Command {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  if (values.help) return { kind: 'help', text: helpOf(usages[name]) };
  const stray = Object.keys(values)[0];
  if (name !== 'run' && stray !== undefined) throw new Error(`unknown option --${stray}`);
  const [file = '', ...extra] = positionals;
  switch (name) {
    case 'serve':
    case 'migrate':
    case 'ensure-stream':
      if (positionals.length > 0) throw new Error(`expected no arguments, got ${positionals.join(' ')}`);
      return { kind: name };
    case 'validate':
      if (file === '' || extra.length > 0) throw new Error('expected one file');
      return { kind: 'validate', file };
    case 'run': {
      // npm keeps the name of an option that stands before `--` and hands on its value: then the text comes alone.
      const [input = '', ...rest] = values.input === undefined ? extra : [values.input, ...extra];
      if (file === '' || rest.length > 0)
        throw new Error('expected one file and one text; with npm, write: npm run worker -- run …');
      if (input === '') throw new Error('expected --input TEXT');
      return { kind: 'run', file, input, modelUrl: values['model-url'] };
    }
  }
}
