import { expect, test } from 'vitest';
import { locate } from '../../cli/input/yaml-position.ts';
import { readYaml } from '../../render/yaml/read.ts';

const source = `# a comment
kind: Tiny
metadata: { name: tom, labels: { 'a.b/c': x } }
spec:
  "quoted key": 1
  env:
    - name: A
      value: one
    - { name: B, value: 'two' }
  nested:
    - - deep
      - deeper
  a.b: dotted
  a:
    b: plain
  c:
    d: plain
  c.d: dotted
  anchor: &x
    inside: 1
  alias: *x
---
second:
  here: true
`;

const places: { path: string; place: string; reason: string }[] = [
  { path: '', place: '2:1', reason: 'the document itself' },
  { path: 'kind', place: '2:1', reason: 'a key' },
  { path: 'metadata.labels.a.b/c', place: '3:34', reason: 'a quoted key with a dot and a slash' },
  { path: 'spec.quoted key', place: '5:3', reason: 'a quoted key' },
  { path: 'spec.env', place: '6:3', reason: 'a list' },
  { path: 'spec.env[0]', place: '7:7', reason: 'a member' },
  { path: 'spec.env[0].value', place: '8:7', reason: 'a field of a member' },
  { path: 'spec.env[1].value', place: '9:18', reason: 'a field in braces' },
  { path: 'spec.env[1].nothing', place: '9:7', reason: 'a field that is not there: its member' },
  { path: 'spec.env[7].name', place: '6:3', reason: 'a member that is not there: its list' },
  { path: 'spec.nested[0][1]', place: '12:9', reason: 'a list in a list' },
  { path: 'spec.a.b', place: '13:3', reason: 'the longest key that fits' },
  { path: 'spec.c.d', place: '18:3', reason: 'the longest key that fits, though it comes later' },
  { path: 'spec.anchor.inside', place: '20:5', reason: 'behind an anchor' },
  { path: 'spec.alias.inside', place: '21:3', reason: 'behind an alias: where it stands' },
  { path: 'spec.missing', place: '4:1', reason: 'a field that is missing: what it belongs into' },
  { path: 'nowhere', place: '2:1', reason: 'a path of which nothing is there' },
];

test.each(places)('$reason ($path)', ({ path, place }) => {
  const [document] = readYaml(source);
  if (document === undefined) throw new Error('no document');
  const { line, column } = locate(document, path);
  expect(`${line}:${column}`).toBe(place);
});

test('documents after the first', () => {
  const document = readYaml(source)[1];
  if (document === undefined) throw new Error('no document');
  expect(locate(document, 'second.here')).toEqual({ line: 24, column: 3 });
  expect(locate(document, '')).toEqual({ line: 23, column: 1 });
});
