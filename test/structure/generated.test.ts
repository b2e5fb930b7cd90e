import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { generated } from '../../generate/generated.ts';

const root = new URL('../../', import.meta.url);

test.each(await generated(root))(
  '$path follows from its sources; `npm run generate` writes it',
  async (file) => {
    expect(await readFile(new URL(file.path, root), 'utf8')).toBe(file.content);
  },
);
