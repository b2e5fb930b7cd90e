import { parseArgs } from 'node:util';

/** What the command line asks for. */
export type Command =
  | { readonly kind: 'serve' | 'ensure-stream' }
  | { readonly kind: 'migrate'; readonly waitSeconds: number }
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

/** As long as a database takes that was ordered together with the worker: a Pod that fails instead is started ever later. */
const WAIT_SECONDS = 120;

const usages: Readonly<Record<'serve' | 'migrate' | 'ensure-stream' | 'run' | 'validate', Usage>> = {
  serve: {
    summary: 'take jobs from NATS and run them (the default)',
    usage: 'worker serve',
    more: `Stops on SIGTERM: jobs stop at their next step and go on elsewhere. A second signal ends it at once.\n${ENVIRONMENT}`,
  },
  migrate: {
    summary: 'bring the tables in PostgreSQL up to this version',
    usage: 'worker migrate [--wait SECONDS]',
    more: [
      `  --wait SECONDS   for a PostgreSQL that does not answer (${WAIT_SECONDS}); none for one that refuses the login`,
      '',
      'Safe to run again, and by many at once.',
      ENVIRONMENT,
    ].join('\n'),
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
  wait: { type: 'string' },
} as const;

/** The options of a command, beside --help. */
const OPTIONS_OF: Readonly<Record<keyof typeof usages, readonly string[]>> = {
  serve: [],
  migrate: ['wait'],
  'ensure-stream': [],
  run: ['input', 'model-url'],
  validate: [],
};

/** Throws with a sentence for the user when the arguments are not those of the command. */
function readRest(name: keyof typeof usages, args: readonly string[]): Command {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
  if (values.help) return { kind: 'help', text: helpOf(usages[name]) };
  const stray = Object.keys(values).find((option) => !OPTIONS_OF[name].includes(option));
  if (stray !== undefined) throw new Error(`unknown option --${stray}`);
  const [file = '', ...extra] = positionals;
  switch (name) {
    case 'serve':
    case 'ensure-stream':
      expectNone(positionals);
      return { kind: name };
    case 'migrate':
      expectNone(positionals);
      return { kind: name, waitSeconds: readSeconds(values.wait ?? `${WAIT_SECONDS}`) };
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

function expectNone(positionals: readonly string[]): void {
  if (positionals.length > 0) throw new Error(`expected no arguments, got ${positionals.join(' ')}`);
}

function readSeconds(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new Error(`expected --wait SECONDS, a whole number, got ${text}`);
  return Number(text);
}
