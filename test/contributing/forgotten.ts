import type { Edit } from './copy.ts';

/** What a change looks like that was made but for one file. */
export interface Forgotten {
  /** The rest of the change: an edit, or a file that is not there. */
  readonly made: Edit | { readonly removed: string };
  /** The test that must miss the file, or the types. */
  readonly seenBy: RegExp | 'types';
  /** What is named. */
  readonly says: string;
}

/** Puts a line before one that is there. */
function before(file: string, at: string, more: string): { readonly made: Edit } {
  return { made: { file, at, instead: `${more}${at}` } };
}

const databaseXrd = 'xrds/postgresinstances.database.bizmatters.io.yaml';
const options = 'functions/server/options.ts';
const render = 'cli/commands/render.ts';

const field = {
  ...before(
    databaseXrd,
    '                hibernated:\n',
    '                forgottenField: { type: string, description: Any., maxLength: 9 }\n',
  ),
  says: 'forgottenField',
};

/** For each change of the table in CONTRIBUTING.md, each file that may be forgotten. */
export const forgotten: Readonly<Record<string, Readonly<Record<string, Forgotten>>>> = {
  'a field of PostgresInstance': {
    [databaseXrd]: {
      ...before('examples/postgres-instance/full.yaml', '  size:', '  forgottenInXrd: 1\n'),
      seenBy: /postgres-instance\/full becomes its golden file/,
      says: 'forgottenInXrd',
    },
    'functions/kinds/postgres-instance/cluster.ts': {
      ...field,
      seenBy: /every field of PostgresInstance is read/,
    },
    'examples/postgres-instance/full.yaml': {
      ...field,
      seenBy: /every field of PostgresInstance is shown/,
    },
  },
  'a rule across fields, in CEL': {
    'xrds/agentexecutors.platform.bizmatters.io.yaml': {
      made: {
        file: 'test/engine/broken-rules.ts',
        at: '  return [\n',
        instead: "  return [\n    { kind, says: 'forgotten in the XRD', spec: {} },\n",
      },
      seenBy: /every rule of AgentExecutor is broken/,
      says: 'forgotten in the XRD',
    },
    'test/engine/broken-rules.ts': {
      ...before(
        'xrds/postgresinstances.database.bizmatters.io.yaml',
        '            - rule: self.metadata.name.size()',
        "            - { rule: self.metadata.name != 'forgotten', message: forgotten rule }\n",
      ),
      seenBy: /every rule of PostgresInstance is broken/,
      says: 'forgotten rule',
    },
  },
  'one more composed object': {
    'functions/kinds/dragonfly-instance/dragonfly.ts': {
      ...before(
        'functions/kinds/dragonfly-instance/compose.ts',
        'export const dragonflyInstance:',
        "export { forgottenBuilder } from './dragonfly.ts';\n",
      ),
      seenBy: 'types',
      says: 'forgottenBuilder',
    },
    'functions/kinds/dragonfly-instance/compose.ts': {
      ...before(
        'functions/kinds/dragonfly-instance/dragonfly.ts',
        'export function dragonfly(',
        'export function forgottenObject() {}\n\n',
      ),
      seenBy: /every function, class and constant that is exported/,
      says: 'forgottenObject of functions/kinds/dragonfly-instance/dragonfly.ts',
    },
    'package/cluster/composed-kinds.yaml': {
      made: { file: 'package/cluster/composed-kinds.yaml', at: '[dragonflies]', instead: '[forgottenkinds]' },
      seenBy: /lets Crossplane write everything that DragonflyInstance/,
      says: 'dragonflies.dragonflydb.io',
    },
  },
  'another rule of readiness': {
    'functions/kube/ready.ts': {
      ...before(
        'functions/kinds/agent-executor/compose.ts',
        'export const agentExecutor:',
        "export { forgottenReadiness } from '../../kube/ready.ts';\n",
      ),
      seenBy: 'types',
      says: 'forgottenReadiness',
    },
    'functions/kinds/agent-executor/compose.ts': {
      ...before('functions/kube/ready.ts', 'export const ready:', 'export const forgottenRule = {};\n'),
      seenBy: /every function, class and constant that is exported/,
      says: 'forgottenRule of functions/kube/ready.ts',
    },
  },
  'a kind of claim': {
    'xrds/postgresinstances.database.bizmatters.io.yaml': {
      ...before(
        'functions/kinds/registry.ts',
        '/** Every kind',
        "export type { Spec } from './forgotten-xrd/xr.gen.ts';\n",
      ),
      seenBy: 'types',
      says: './forgotten-xrd/xr.gen.ts',
    },
    'functions/kinds/postgres-instance/compose.ts': {
      ...before(
        'functions/kinds/registry.ts',
        '/** Every kind',
        "export { forgottenKind } from './forgotten-kind/compose.ts';\n",
      ),
      seenBy: 'types',
      says: './forgotten-kind/compose.ts',
    },
    'examples/postgres-instance/minimal.yaml': {
      made: { removed: 'examples/postgres-instance/minimal.yaml' },
      seenBy: /PostgresInstance has types, examples and goldens/,
      says: 'minimal.yaml',
    },
    'README.md': {
      made: { file: 'README.md', at: '| `DragonflyInstance` |', instead: '| `Cache` |' },
      seenBy: /people are told of DragonflyInstance README.md/,
      says: 'DragonflyInstance',
    },
  },
  'a variable of the worker': {
    'worker/env.ts': {
      ...before('worker/config/nats.ts', "  'NATS_USER',", "  'FORGOTTEN_IN_ENV',\n"),
      seenBy: 'types',
      says: 'FORGOTTEN_IN_ENV',
    },
    'worker/config/config.ts': {
      ...before('worker/env.ts', '  NATS_USER: {', "  FORGOTTEN_VARIABLE: { description: 'Any.' },\n"),
      seenBy: /every variable of the worker/,
      says: 'FORGOTTEN_VARIABLE',
    },
  },
  'a failure code of jobs': {
    'worker/jobs/rules/failures.ts': {
      made: {
        file: 'worker/agents/tools/python/process.ts',
        at: "new Failure('TOOL_FAILED'",
        instead: "new Failure('FORGOTTEN_IN_LIST'",
      },
      seenBy: 'types',
      says: 'FORGOTTEN_IN_LIST',
    },
    'worker/agents/tools/toolbox.ts': {
      ...before(
        'worker/jobs/rules/failures.ts',
        '  TOOL_FAILED: {',
        "  FORGOTTEN_CODE: { retry: 'never', meaning: 'Any.' },\n",
      ),
      seenBy: /every failure code/,
      says: 'FORGOTTEN_CODE',
    },
  },
  'a metric of the worker': {
    'worker/observability/metrics.ts': {
      ...before('docs/operations.md', '| `jobs_total{status}` ', '| `forgotten_in_code` | Any. |\n'),
      seenBy: /every metric is in the table/,
      says: 'forgotten_in_code',
    },
    'docs/operations.md': {
      ...before(
        'worker/observability/metrics.ts',
        '  const processed = counter(',
        "  counter('forgotten_total', 'Any.');\n",
      ),
      seenBy: /every metric is in the table/,
      says: 'forgotten_total',
    },
  },
  'a flag of `render`, `validate` or `diff`': {
    'cli/flags.ts': {
      ...before(render, '    if (call.flags.tree', "    void call.flags['forgotten-in-flags'];\n"),
      seenBy: 'types',
      says: 'forgotten-in-flags',
    },
    'cli/commands/render.ts': {
      ...before('cli/flags.ts', '  xrd: {', "  'forgotten-flag': { help: 'Any.' },\n"),
      seenBy: /every flag, by the command that has it/,
      says: '--forgotten-flag in cli',
    },
    'docs/rendering.md': {
      ...before('cli/flags.ts', '  xrd: {', "  'forgotten-flag': { help: 'Any.' },\n"),
      seenBy: /those of validate in docs\/rendering.md/,
      says: 'forgotten-flag',
    },
  },
  'a flag of the function': {
    [options]: {
      ...before('docs/function.md', '| `--insecure` ', '| `--forgotten-in-options` | | Any. |\n'),
      seenBy: /no other of the function/,
      says: 'forgotten-in-options',
    },
    'docs/function.md': {
      ...before(options, '  insecure: {', "  'forgotten-option': { help: 'Any.' },\n"),
      seenBy: /--forgotten-option of the function in docs\/function.md/,
      says: 'forgotten-option',
    },
  },
};
