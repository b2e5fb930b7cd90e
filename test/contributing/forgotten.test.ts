import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { copyOfRepository, isBad } from './copy.ts';
import type { Edit } from './copy.ts';

/** A change of the table in CONTRIBUTING.md that is made but for one file, and the test that must miss it. */
interface Forgotten extends Edit {
  readonly change: string;
  readonly forgets: string;
  readonly seenBy: RegExp;
  readonly says: string;
}

const definition = 'xrds/postgresinstances.database.bizmatters.io.yaml';
const before = (at: string, more: string) => ({ at, instead: `${more}${at}` });
const field = {
  change: 'a field of PostgresInstance',
  file: definition,
  ...before(
    '                hibernated:\n',
    '                forgottenField: { type: string, description: Any., maxLength: 9 }\n',
  ),
  says: 'forgottenField',
};

const changes: readonly Forgotten[] = [
  { ...field, forgets: 'cluster.ts', seenBy: /every field of PostgresInstance is read/ },
  { ...field, forgets: 'full.yaml', seenBy: /every field of PostgresInstance is shown/ },
  {
    change: 'a field of DragonflyInstance',
    forgets: 'the XRD',
    file: 'examples/dragonfly-instance/full.yaml',
    ...before('  size: large\n', '  forgottenInXrd: 1\n'),
    seenBy: /dragonfly-instance\/full becomes its golden file/,
    says: 'forgottenInXrd',
  },
  {
    change: 'a rule across fields, in CEL',
    forgets: 'broken-rules.ts',
    file: 'xrds/agentexecutors.platform.bizmatters.io.yaml',
    at: '                  x-kubernetes-validations:\n',
    instead:
      "                  x-kubernetes-validations:\n                    - { rule: self != 'forgotten', message: forgotten rule }\n",
    seenBy: /every rule of AgentExecutor is broken/,
    says: 'forgotten rule',
  },
  {
    change: 'one more composed object',
    forgets: 'compose.ts',
    file: 'functions/kinds/dragonfly-instance/dragonfly.ts',
    ...before('export function dragonfly(', 'export function forgottenObject() {}\n\n'),
    seenBy: /every function, class and constant that is exported/,
    says: 'forgottenObject of functions/kinds/dragonfly-instance/dragonfly.ts',
  },
  {
    change: 'another rule of readiness',
    forgets: 'compose.ts',
    file: 'functions/kube/ready.ts',
    ...before('export const ready:', 'export const forgottenRule = {};\n'),
    seenBy: /every function, class and constant that is exported/,
    says: 'forgottenRule of functions/kube/ready.ts',
  },
  {
    change: 'a kind of claim',
    forgets: 'README.md',
    file: 'README.md',
    at: '| `DragonflyInstance` |',
    instead: '| `Cache` |',
    seenBy: /people are told of DragonflyInstance README.md/,
    says: 'DragonflyInstance',
  },
  {
    change: 'a variable of the worker',
    forgets: 'config.ts',
    file: 'worker/env.ts',
    ...before('  NATS_USER: {', "  FORGOTTEN_VARIABLE: { description: 'Any.' },\n"),
    seenBy: /every variable of the worker/,
    says: 'FORGOTTEN_VARIABLE',
  },
  {
    change: 'a failure code of jobs',
    forgets: 'where it is thrown',
    file: 'worker/jobs/rules/failures.ts',
    ...before('  TOOL_FAILED: {', "  FORGOTTEN_CODE: { retry: 'never', meaning: 'Any.' },\n"),
    seenBy: /every failure code/,
    says: 'FORGOTTEN_CODE',
  },
  {
    change: 'a metric of the worker',
    forgets: 'docs/operations.md',
    file: 'worker/observability/metrics.ts',
    ...before('  const processed = counter(', "  counter('forgotten_total', 'Any.');\n"),
    seenBy: /every metric is in the table/,
    says: 'forgotten_total',
  },
  {
    change: 'a flag of `render`, `validate` or `diff`',
    forgets: 'docs/rendering.md',
    file: 'cli/flags.ts',
    ...before('  xrd: {', "  'forgotten-flag': { help: 'Any.' },\n"),
    seenBy: /those of validate in docs\/rendering.md/,
    says: 'forgotten-flag',
  },
  {
    change: 'a flag of the function',
    forgets: 'docs/function.md',
    file: 'functions/server/options.ts',
    ...before('  insecure: {', "  'forgotten-flag': { help: 'Any.' },\n"),
    seenBy: /--forgotten-flag of the function in docs\/function.md/,
    says: 'forgotten-flag',
  },
];

const copy = copyOfRepository();

test(
  'each change of CONTRIBUTING.md that is made but for one file is seen and named',
  { timeout: 600_000 },
  async () => {
    // Here stand the names of all that is forgotten.
    rmSync(join(copy.path, 'test/contributing'), { recursive: true });
    const edits = new Map(changes.map((each) => [`${each.file} ${each.at}`, each]));
    for (const edit of edits.values()) copy.edit(edit);
    await copy.node('generate/main.ts');
    const files = [
      'test/structure/used',
      'test/structure/newcomer',
      'test/worker/metrics',
      'test/golden/golden',
    ];
    const names = 'every |flags are documented|people are told|dragonfly-instance/full becomes';
    const failed = (await copy.results([...files, 'test/kinds/package'], names)).filter(isBad);
    for (const { change, forgets, seenBy, says } of changes) {
      const seen = failed.filter(({ fullName }) => seenBy.test(fullName));
      expect(seen, `${change} without ${forgets}`).not.toEqual([]);
      expect(seen.flatMap(({ failureMessages }) => failureMessages).join(), change).toContain(says);
    }
  },
);
