import { basename, dirname, extname } from 'node:path';
import { stat } from 'node:fs/promises';
import { watch as watchFiles } from 'chokidar';
import { reasonOf } from '../../../command-line/failure.ts';
import type { Terminal } from '../../../command-line/terminal.ts';
import type { AgentSettings } from '../../agents/settings.ts';
import type { FileAgents } from '../../assistant-store.ts';
import { HttpError } from '../../http/answer.ts';
import type { JsonObject } from '../../json.ts';
import type { Agent } from '../../ports.ts';
import { readDefinition } from '../definition-file.ts';

/** An agent, or several, whose author is at work on them. */
export interface AgentInWork {
  /** Of the file, without its ending, or of the folder. */
  readonly name: string;
  /** What a worker that runs it goes by. Throws a Failure when it cannot be read. */
  settings(settings: AgentSettings): Promise<AgentSettings>;
  /** As it is now; refuses with 422 what cannot be read. */
  readonly files: FileAgents;
  /** Says of each change whether it can run. */
  watch(terminal: Terminal, judge: Pick<Agent, 'check'>): void;
  close(): Promise<void>;
}

/** Editors write a file in several steps; one change is what is over after so many milliseconds. */
const SETTLE_MS = 100;

/** @param change what the command makes of the definition */
export function definitionInWork(file: string, change: (definition: JsonObject) => JsonObject): AgentInWork {
  const name = basename(file, extname(file));
  const read = async (): Promise<JsonObject> => change(await readDefinition(file));
  let watcher: ReturnType<typeof watchFiles> | undefined;
  return {
    name,
    async settings(settings) {
      await read();
      return settings;
    },
    async files() {
      try {
        const [definition, { mtime }] = await Promise.all([read(), stat(file)]);
        return [{ name, definition, changedAt: mtime.toISOString() }];
      } catch (error) {
        throw new HttpError(422, reasonOf(error));
      }
    },
    watch(terminal, judge) {
      let timer: NodeJS.Timeout | undefined;
      const tell = async (): Promise<void> => {
        const problems = judge.check(await read());
        terminal.say(
          problems.length === 0 ? 'changed: counts from the next message on' : 'changed, and cannot run:',
        );
        for (const { path, message } of problems) terminal.say(`  ${path}: ${message}`);
      };
      // Scripts lie beside the definition.
      watcher = watchFiles(dirname(file), {
        ignoreInitial: true,
        depth: 2,
        ignored: /(^|[/\\])(\.[^./\\]|node_modules)/,
      });
      watcher.on('all', () => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          tell().catch((error: unknown) => terminal.say(reasonOf(error)));
        }, SETTLE_MS);
      });
      watcher.on('error', (error) => terminal.say(`cannot watch ${file}: ${reasonOf(error)}`));
    },
    async close() {
      await watcher?.close();
    },
  };
}
