import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { claimText, cli, folder, folderForAll } from './run.ts';

const drawn = (beginning: string) =>
  claimText('PostgresInstance', 'x').replace('name: x', `generateName: ${beginning}`);

describe('claims whose names the API server draws', () => {
  const claim = drawn('preview-');
  const two = folderForAll({ 'a.yaml': `${claim}---\n${claim}` });

  test('are judged', async () => {
    const run = await cli(['validate', 'a.yaml'], two);
    expect(run).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('2 of 2 claims valid, 0 problems\n') as string,
    });
    const wrong = await cli(['validate', 'a.yaml'], folder({ 'a.yaml': drawn('Preview_') }));
    expect(wrong.stdout).toContain('metadata.name: "Preview_xxxxx" is not a name');
  });

  test('are rendered with letters that nobody draws, each with its own', async () => {
    const { stdout } = await cli(['render', 'a.yaml'], two);
    expect(stdout).toContain('name: preview-xxxxx-conn\n');
    expect(stdout).toContain('name: preview-xxxx2-conn\n');
  });

  test('are told apart where there is one more of them', async () => {
    const one = folder({ 'a.yaml': claim });
    const { code, stdout } = await cli(['diff', join(one, 'a.yaml'), join(two, 'a.yaml')], two);
    expect(code).toBe(1);
    expect(stdout).toContain('+ PostgresInstance shop/preview-xxxx2 created');
    expect(stdout).not.toContain('preview-xxxxx');
  });
});
