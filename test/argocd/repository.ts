import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../engine/install.ts';

const run = promisify(execFile);

/** Nobody's own Git settings count here. */
export const env = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_AUTHOR_NAME: 'Somebody',
  GIT_AUTHOR_EMAIL: 'somebody@example.org',
  GIT_COMMITTER_NAME: 'Somebody',
  GIT_COMMITTER_EMAIL: 'somebody@example.org',
};

/** A repository that a remote serves, with a working tree beside it in which a person commits. */
export class Repository {
  readonly tree: string;
  readonly #bare: string;

  private constructor(bare: string, tree: string) {
    this.#bare = bare;
    this.tree = tree;
  }

  /**
   * An empty one of this path, `OWNER/NAME`, below the folder that the remote serves.
   *
   * @param tree where somebody works on it, or will; a folder of ours when absent
   */
  static async create(served: string, name: string, tree = join(served, 'trees', name)): Promise<Repository> {
    const bare = join(served, 'github.com', `${name}.git`);
    await mkdir(dirname(tree), { recursive: true });
    await run('git', ['init', '--quiet', '--bare', '--initial-branch', 'main', bare], { env });
    return new Repository(bare, tree);
  }

  /** Copies a folder of this checkout to the same place in the tree. */
  async copy(folder: string): Promise<void> {
    await cp(join(root, folder), join(this.tree, folder), { recursive: true });
  }

  /** Writes a file of the tree anew, from what is in it. */
  async edit(path: string, change: (text: string) => string): Promise<void> {
    const file = join(this.tree, path);
    const before = await readFile(file, 'utf8');
    const after = change(before);
    if (after === before) throw new Error(`the edit of ${path} changes nothing`);
    await writeFile(file, after);
  }

  async write(path: string, text: string): Promise<void> {
    const file = join(this.tree, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }

  async remove(path: string): Promise<void> {
    await rm(join(this.tree, path), { recursive: true });
  }

  /** Commits the tree as it is, and gives the commit. */
  async commit(message: string): Promise<string> {
    await this.#git('add', '--all');
    await this.#git('commit', '--quiet', '--message', message);
    return this.#git('rev-parse', 'HEAD');
  }

  /** Takes the last commit back by another, and gives that. */
  async revert(): Promise<string> {
    await this.#git('revert', '--no-edit', 'HEAD');
    return this.#git('rev-parse', 'HEAD');
  }

  async tag(name: string): Promise<void> {
    await this.#git('tag', name);
  }

  async #git(...args: readonly string[]): Promise<string> {
    const { stdout } = await run('git', ['--git-dir', this.#bare, '--work-tree', this.tree, ...args], {
      cwd: this.tree,
      env,
    });
    return stdout.trim();
  }
}
