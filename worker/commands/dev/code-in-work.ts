import { basename, resolve } from 'node:path';
import { watch as watchFiles } from 'chokidar';
import { reasonOf } from '../../../command-line/failure.ts';
import { withCoded } from '../../agents/coded/coded-files.ts';
import type { CodedAgents } from '../../agents/coded/coded-agent.ts';
import type { ModelChoice } from '../../agents/coded/services.ts';
import { withCodedAgents } from '../coded-agents.ts';
import type { AgentInWork } from './definition-in-work.ts';

/** The agents of a folder with code, whose author is at work on them. What Node has loaded it does not load again. */
export function codeInWork(folder: string, chosen: ModelChoice): AgentInWork {
  let coded: CodedAgents | undefined;
  let watcher: ReturnType<typeof watchFiles> | undefined;
  return {
    name: basename(resolve(folder)),
    async settings(settings) {
      const all = await withCodedAgents(settings, folder, chosen);
      ({ coded } = all);
      return all;
    },
    files: () => withCoded(() => Promise.resolve([]), coded)(),
    watch(terminal) {
      let isTold = false;
      watcher = watchFiles(folder, {
        ignoreInitial: true,
        depth: 4,
        ignored: /(^|[/\\])(\.[^./\\]|node_modules)/,
      });
      watcher.on('all', () => {
        if (!isTold) terminal.say('changed: start the command again for it to count');
        isTold = true;
      });
      watcher.on('error', (error) => terminal.say(`cannot watch ${folder}: ${reasonOf(error)}`));
    },
    async close() {
      await watcher?.close();
    },
  };
}
