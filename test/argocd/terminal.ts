import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../engine/install.ts';
import { seeing } from '../packages/cluster.ts';
import { program } from '../tools/programs.ts';
import type { Login, Remote } from './remote.ts';
import { env as author } from './repository.ts';

const run = promisify(execFile);

/** A terminal of an administrator of the cluster, with a login at the host of repositories. */
export class Terminal {
  readonly home: string;
  readonly #hosts: string;
  readonly #env: NodeJS.ProcessEnv;
  #cwd: string;

  private constructor(home: string, hosts: string, env: NodeJS.ProcessEnv) {
    this.home = home;
    this.#cwd = home;
    this.#hosts = hosts;
    this.#env = env;
  }

  /** One with an empty home in this folder, and `kubectl`, `zerotouch` and Git on its PATH. */
  static async open(
    dir: string,
    kubeconfig: string,
    remote: Remote,
    { username, token }: Login,
  ): Promise<Terminal> {
    const bin = join(dir, 'bin');
    const home = join(dir, 'home');
    for (const folder of [bin, home]) await mkdir(folder);
    const zerotouch = join(bin, 'zerotouch');
    await writeFile(zerotouch, `#!/bin/sh\nexec "${process.execPath}" "${root}/cli/main.ts" "$@"\n`);
    await chmod(zerotouch, 0o755);
    const logins = join(dir, 'logins');
    const login = [username, token].map(encodeURIComponent).join(':');
    await writeFile(logins, `https://${login}@github.com\n`, { mode: 0o600 });
    const env = {
      ...author,
      ...remote.trust,
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'credential.helper',
      GIT_CONFIG_VALUE_0: `store --file ${logins}`,
      HOME: home,
      KUBECONFIG: kubeconfig,
      PATH: `${bin}:${dirname(await program('kubectl'))}:${process.env['PATH']}`,
    };
    return new Terminal(home, remote.hosts, env);
  }

  /**
   * Runs a script, which begins in the folder where the one before it ended.
   *
   * @throws with what it said
   */
  async type(script: string, input = ''): Promise<string> {
    const where = join(this.home, '..', 'cwd');
    const whole = `exec 2>&1\ntrap 'pwd >"${where}"' EXIT\n${script}`;
    const { file, args } = seeing(this.#hosts, { file: 'bash', args: ['-eo', 'pipefail', '-c', whole] });
    const typed = run(file, args, { cwd: this.#cwd, env: this.#env });
    typed.child.stdin?.end(input);
    const { stdout } = await typed.catch((error: unknown) => {
      const said = error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
      throw new Error(`${script}\n${said}`, { cause: error });
    });
    this.#cwd = (await readFile(where, 'utf8')).trim();
    return stdout;
  }
}
