import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { list, object, text } from '../../functions/composition/read.ts';
import { agentSchema } from '../../worker/agents/definition/json-schema.ts';
import type { Capabilities } from '../../worker/agents/definition/definition.ts';
import { allProviders } from '../../worker/agents/definition/model-rules.ts';
import { allProblems } from '../../worker/agents/definition/parse.ts';
import { syntaxProblem } from '../../worker/agents/tools/quickjs/syntax.ts';
import { locate } from '../input/yaml-position.ts';
import type { Finding } from '../output/findings.ts';
import { besideDefinition } from './source.ts';
import type { Source } from './source.ts';
import { meantOf, nearlyKnown, toolNames } from './unknown-fields.ts';

/** Nobody knows here what the worker has: it says so itself, before it takes a job. */
const anyWorker: Capabilities = {
  providers: allProviders,
  defaultModel: 'any',
  defaultFallbacks: [],
  python: true,
  mcpServers: [],
  headerVariables: undefined,
  mayCall: () => true,
};

/** Everything that is wrong with a definition whatever worker runs it, each where it stands. `readScript` reads a file beside it. */
export async function agentFindings(
  source: Source,
  readScript: (path: string) => Promise<string>,
): Promise<Finding[]> {
  const scripts = await scriptsOf(source, readScript);
  const definition = withScripts(source.definition, scripts);
  const { mcpServers } = serversOf(definition);
  const problems = allProblems(definition, { ...anyWorker, mcpServers });
  const near = nearlyKnown(definition, agentSchema() as unknown as Json);
  const told = problems.map(({ path, message }) => {
    const meant = near.find((each) => each.path === path)?.meant;
    const hint = meant === undefined ? hintFor(definition, path) : `; did you mean ${meant}?`;
    return at(source, path, `${message}${hint}`);
  });
  const ignored = near
    .filter(({ path }) => !problems.some((each) => each.path === path))
    .map(({ path, meant }) => at(source, path, `is read by nobody; did you mean ${meant}?`));
  return [...told, ...ignored, ...scripts.flatMap(({ finding }) => finding ?? [])];
}

interface Script {
  readonly index: number;
  readonly content: string;
  readonly finding?: Finding | undefined;
}

/** The JavaScript of each tool, from its file or from the definition, with what is wrong with its syntax. */
async function scriptsOf(
  source: Source,
  readScript: (path: string) => Promise<string>,
): Promise<readonly Script[]> {
  const found = list(source.definition.tool_definitions).map(async (tool, index): Promise<Script[]> => {
    const { kind, script, script_file: path } = object(object(tool).runtime);
    const field = `tool_definitions[${index}].runtime.${path === undefined ? 'script' : 'script_file'}`;
    if (typeof path === 'string') {
      const file = besideDefinition(source.file, path);
      try {
        const content = await readScript(file);
        const problem = kind === 'quickjs' ? await syntaxProblem(content) : undefined;
        const finding = problem && {
          file: path,
          place: { line: problem.line, column: problem.column },
          path: '',
          message: `is not JavaScript: ${problem.message}`,
        };
        return [{ index, content, finding }];
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        return [{ index, content: '// missing', finding: at(source, field, message) }];
      }
    }
    if (kind !== 'quickjs' || typeof script !== 'string') return [];
    const problem = await syntaxProblem(script);
    if (problem === undefined) return [];
    const where = `line ${problem.line}, column ${problem.column} of the script`;
    return [
      {
        index,
        content: script,
        finding: at(source, field, `is not JavaScript: ${problem.message} (${where})`),
      },
    ];
  });
  return (await Promise.all(found)).flat();
}

/** Jobs carry scripts and no paths. */
function withScripts(definition: JsonObject, scripts: readonly Script[]): JsonObject {
  if (!Array.isArray(definition.tool_definitions)) return definition;
  const tools = definition.tool_definitions.map((tool, index) => {
    const script = scripts.find((each) => each.index === index);
    const { script_file: path, ...runtime } = object(object(tool).runtime);
    if (script === undefined || path === undefined) return tool;
    return { ...object(tool), runtime: { ...runtime, script: script.content } };
  });
  return { ...definition, tool_definitions: tools };
}

/** Which servers a worker has is its own business. */
function serversOf(definition: JsonObject): Pick<Capabilities, 'mcpServers'> {
  const servers = list(definition.tool_definitions).map((tool) => text(object(object(tool).runtime).server));
  return { mcpServers: servers.filter((each) => each !== '') };
}

function hintFor(definition: JsonObject, path: string): string {
  const [, node, tool] = /^nodes\[(\d+)\]\.config\.tools\[(\d+)\]$/.exec(path) ?? [];
  if (node === undefined || tool === undefined) return '';
  const config = object(object(list(definition.nodes)[Number(node)]).config);
  return meantOf(text(list(config.tools)[Number(tool)]), toolNames(definition));
}

function at({ file, document }: Source, path: string, message: string): Finding {
  return { file, place: locate(document, path), path, message };
}
