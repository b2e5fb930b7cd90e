import { spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../../e2e/shell.ts';
import { until } from '../../engine/until.ts';
import { program } from '../../tools/programs.ts';
import { network } from '../network.ts';
import type { Part } from './part.ts';

/**
 * An OCI registry without TLS. It listens on the machine's end of the cable, but is a process of the node's, so that it ends
 * with the node; the names of what was pushed are gone then.
 */
export const registry: Part = {
  images: [],
  async install({ state }) {
    const crane = await program('crane');
    const log = await open(join(state.log, 'registry'), 'a');
    const pid = (await readFile(state.pid, 'utf8')).trim();
    const serve = [crane, 'registry', 'serve', '--address', network.registry, '--disk', state.registry];
    const child = spawn('nsenter', ['--target', pid, '--pid', ...serve], {
      stdio: ['ignore', log.fd, log.fd],
      detached: true,
    });
    child.unref();
    await log.close();
    await until('the registry answers', () => run(crane, ['catalog', network.registry]).then(() => true), {
      seconds: 20,
      every: 200,
    });
  },
};
