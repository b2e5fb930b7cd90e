import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { closest } from '../../command-line/closest.ts';
import { command } from '../../command-line/command.ts';
import { DONE, REFUSED } from '../../command-line/exit-code.ts';
import type { ExitCode } from '../../command-line/exit-code.ts';
import { Failure, reasonOf } from '../../command-line/failure.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import { claimSchema, claimsSchema, schemaPath } from '../../render/schema/json-schema.ts';
import { agentSchema } from '../../worker/agents/definition/json-schema.ts';
import { claimFlags } from '../flags.ts';
import { platformFor } from '../input/load.ts';
import { outputSchema } from '../output/schema.ts';
import { tenantJsonSchema } from '../registry/tenant-schema.ts';

/** A schema by the name that people ask for it by, and the file that it lies in. */
interface Named {
  readonly name: string;
  readonly path: string;
  readonly schema: object;
}

export const schema = command({
  description: `Prints a JSON Schema for editors and validators: of a kind of claim, of all of them (claims, the default), of
agent definitions (agent), of a file of the tenant registry (tenant). With --output-dir writes all of them, for the setting yaml.schemas of VS Code, for
\`# yaml-language-server: $schema=FILE\` at the top of a claim, and for kubeconform.
It says of the rules between fields what a schema can say; \`validate\` says all.`,
  operands: { usage: '[KIND|claims|agent|tenant|output]', least: 0, most: 1 },
  flags: {
    'output-dir': { value: 'FOLDER', help: 'Write every schema to a file below it instead of printing one.' },
    xrd: claimFlags.xrd,
  },
  async run({ flags, operands: [wanted = 'claims'] }, terminal) {
    const all = await schemas(flags.xrd);
    const folder = flags['output-dir'];
    if (folder !== undefined) return writeAll(all, folder, terminal);
    const found = all.find(({ name }) => name.toLowerCase() === wanted.toLowerCase());
    if (found === undefined) throw unknown(wanted, all);
    terminal.print(text(found));
    return DONE;
  },
});

async function schemas(xrd: string | undefined): Promise<readonly Named[]> {
  const definitions = (await platformFor(xrd)).offers.map(({ definition }) => definition);
  return [
    ...definitions.map((each) => ({ name: each.kind, path: schemaPath(each), schema: claimSchema(each) })),
    { name: 'claims', path: 'claims.json', schema: claimsSchema(definitions) },
    { name: 'output', path: 'output.json', schema: outputSchema() },
    { name: 'agent', path: 'agent-definition.json', schema: agentSchema() },
    { name: 'tenant', path: 'tenant.json', schema: tenantJsonSchema() },
  ];
}

function unknown(wanted: string, all: readonly Named[]): Failure {
  const names = all.map(({ name }) => name);
  const meant = closest(wanted, names);
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  return new Failure(
    `cannot print a schema of ${wanted}: expected one of ${names.join(', ')}${hint}`,
    REFUSED,
  );
}

function text({ schema }: Named): string {
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

async function writeAll(all: readonly Named[], folder: string, terminal: Terminal): Promise<ExitCode> {
  try {
    for (const each of all) {
      const path = join(folder, each.path);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text(each));
      terminal.print(`${path}\n`);
    }
  } catch (error) {
    throw new Failure(`cannot write to ${folder}: ${reasonOf(error)}`, REFUSED, { cause: error });
  }
  const claims = join(folder, 'claims.json');
  terminal.say(`note: for VS Code: "yaml.schemas": { "${claims}": ["claims/**/*.yaml"] }`);
  return DONE;
}
