import { expect, test } from 'vitest';
import { filesIn, read } from '../structure/sources.ts';

test.each(filesIn('.github/workflows/*.yaml'))(
  '%s pins every action by its digest, and says its version',
  (path) => {
    const used = [...read(path).matchAll(/uses: (.*)$/gm)].map(([, action = '']) => action);
    const own = used.filter((action) => !action.startsWith('./'));
    expect(own.length).toBeGreaterThan(0);
    expect(own.filter((action) => !/^[\w/.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action))).toEqual([]);
  },
);
