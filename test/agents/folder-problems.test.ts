import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { node, problems } from './definitions.ts';

const skill = (head: string): JsonObject => ({ '/skills/refunds/SKILL.md': `---\n${head}\n---\nDo it.\n` });
const good = skill('name: refunds\ndescription: How to refund.');
const nodes = [node('a')];
const here = 'files./skills/refunds/SKILL.md';
const route = (folder: string, namespace = 'x'): JsonObject => ({ routes: { [folder]: { namespace } } });

describe('memory, skills and files that cannot be had are told in words', () => {
  test.each<[string, JsonObject, string]>([
    [
      'a folder without its last slash',
      { nodes, backend: route('/memories') },
      'backend.routes./memories expected a folder, from / on, such as "/memories/"',
    ],
    [
      'the folder of all',
      { nodes, backend: route('/') },
      'backend.routes./ expected a folder, from / on, such as "/memories/"',
    ],
    [
      'a way out',
      { nodes, backend: route('/a/../') },
      'backend.routes./a/../ expected a folder, from / on, such as "/memories/"',
    ],
    [
      'a place that is taken',
      { nodes, files: good, backend: route('/skills/own/') },
      'backend.routes./skills/own/ is in /skills/, which is for `files`',
    ],
    [
      'a file of no folder',
      { nodes, files: { '/a.md': 'x' } },
      'files./a.md expected a file in a folder, such as "/skills/refunds/SKILL.md"',
    ],
    [
      'a file from elsewhere',
      { nodes, files: { '/a/../b': 'x' } },
      'files./a/../b expected a file in a folder, such as "/skills/refunds/SKILL.md"',
    ],
    [
      'a skill with no head',
      { nodes, files: { '/skills/refunds/SKILL.md': 'Do it.' } },
      `${here} expected a head between two lines "---", with name and description, and instructions below`,
    ],
    [
      'lines of nothing, which take long to look through',
      { nodes, files: { '/skills/refunds/SKILL.md': `---${'\n'.repeat(500_000)}` } },
      `${here} expected a head between two lines "---", with name and description, and instructions below`,
    ],
    [
      'a head that is a book',
      { nodes, files: skill(`name: refunds\ndescription: ${'x'.repeat(5_000)}`) },
      `${here} expected a head of at most 4096 characters`,
    ],
    [
      'a skill with no description',
      { nodes, files: skill('name: refunds') },
      `${here} expected a name and a description in its head`,
    ],
    [
      'a description that is nothing',
      { nodes, files: skill('name: refunds\ndescription: ~') },
      `${here} expected a name and a description in its head`,
    ],
    [
      'another name than that of its folder',
      { nodes, files: skill('name: refund\ndescription: x') },
      `${here} its name "refund" is not that of its folder "refunds"`,
    ],
    [
      'a text that is none for YAML',
      { nodes, files: skill('name: refunds\ndescription: note: do it') },
      `${here} its head is not YAML, in which a text with ": " stands in quotes: bad indentation of a mapping entry`,
    ],
    [
      'a line that is no field',
      { nodes, files: skill('name: refunds\nHow to refund.') },
      `${here} its head is not YAML, in which a text with ": " stands in quotes: expected ':' after a mapping key`,
    ],
    [
      'skills that are not there',
      { files: good, nodes: [node('a', { skills: ['/skills/refund/'] })] },
      'nodes[0].config.skills[0] expected a folder with a skill of `files`, such as "/skills/" with "/skills/refunds/SKILL.md"',
    ],
    [
      'skills of everywhere',
      { files: good, nodes: [node('a', { skills: ['/'] })] },
      'nodes[0].config.skills[0] expected a folder with a skill of `files`, such as "/skills/" with "/skills/refunds/SKILL.md"',
    ],
    [
      'a memory that is a folder',
      { nodes: [node('a', { memory: ['/memories/'] })] },
      'nodes[0].config.memory[0] expected a file, from / on, such as "/memories/AGENTS.md"',
    ],
    [
      'a memory of a specialist',
      { nodes: [node('a'), node('b', { memory: ['/memories/AGENTS.md'] })] },
      'nodes[1].config.memory is for the orchestrator: have it tell the specialist, or the prompt name the file to read',
    ],
  ])('%s', (_reason, definition, problem) => {
    expect(problems(definition)).toEqual([problem]);
  });

  test('a namespace is one text', () => {
    for (const namespace of ['a.b', 'a b', '', '*', 'x'.repeat(129)])
      expect(problems({ nodes, backend: route('/memories/', namespace) })).toEqual([
        expect.stringContaining('backend.routes./memories/.namespace'),
      ]);
  });

  test.each([
    'name: refunds\ndescription: "Say: refund"',
    "name: 'refunds'\ndescription: 'It''s: so'",
    'name: refunds\ndescription: >-\n  Say:\n  refund\nlicense: MIT\nmetadata:\n  a: b',
    '# ours\nname: refunds\ndescription: See https://example.org, at once',
    'name: refunds\ndescription: How to\n  refund\nallowed-tools: [read_file, grep]\nmetadata: { a: b }',
    'name: refunds\r\ndescription: From Windows\r',
  ])('a head of YAML is read: %j', (head) => {
    const definition = { files: skill(head), nodes: [node('a', { skills: ['/skills'] })] };
    expect(problems(definition)).toEqual([]);
  });
});
