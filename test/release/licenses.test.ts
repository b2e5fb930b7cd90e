import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundledPackages, notices } from '../../package/licenses.ts';

describe('licences', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zerotouch-licenses-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function add(name: string, license: string, text?: string): Promise<void> {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, 'package.json'), JSON.stringify({ name, version: '1.2.3', license }));
    if (text !== undefined) await writeFile(join(folder, name, 'LICENSE.md'), text);
  }

  it('are handed on with the program, by the names of their packages', async () => {
    await add('b', 'MIT', 'Copyright B\n');
    await add('a', 'ISC');
    const line = '-'.repeat(80);
    expect(notices(await bundledPackages(folder, ['b', 'a']))).toBe(
      `a 1.2.3 (ISC)\n\n${line}\n\nb 1.2.3 (MIT)\n\nCopyright B\n`,
    );
  });

  it('that nobody has accepted end the build, all of them named', async () => {
    await add('free', 'MIT');
    await add('bound', 'AGPL-3.0-only');
    await add('silent', '');
    await expect(bundledPackages(folder, ['free', 'bound', 'silent'])).rejects.toThrow(
      'licences nobody has accepted: bound 1.2.3 (AGPL-3.0-only), silent 1.2.3 (none)',
    );
  });
});
