import { expect, test } from 'vitest';
import { findingLine } from '../../cli/output/findings.ts';

test.each([
  {
    reason: 'before a message that says it not',
    message: 'is required',
    line: 'a.yaml: spec.size: is required',
  },
  {
    reason: 'once where the message begins with it',
    message: 'spec.size is required',
    line: 'a.yaml: spec.size is required',
  },
  {
    reason: 'before a message that begins with a longer one',
    message: 'spec.sizes are none',
    line: 'a.yaml: spec.size: spec.sizes are none',
  },
])('a field is named $reason', ({ message, line }) => {
  expect(findingLine({ file: 'a.yaml', path: 'spec.size', message })).toBe(line);
});
