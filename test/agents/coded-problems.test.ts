import { describe, expect, test } from 'vitest';
import { loadCodedAgents } from '../../worker/agents/coded/load.ts';
import type { CodedAgents } from '../../worker/agents/coded/coded-agent.ts';
import { folderOf } from './code-folder.ts';
import { settings } from './fixture.ts';

const load = (folder: string): Promise<CodedAgents> =>
  loadCodedAgents(folder, settings('http://127.0.0.1:9/v1'));

describe('what is wrong with code is said at start', () => {
  const graph = `import { Annotation, START, StateGraph } from '@langchain/langgraph';
    export const graph = new StateGraph(Annotation.Root({ n: Annotation<number> }))
      .addNode('add', ({ n }) => ({ n: n + 1 })).addEdge(START, 'add').compile();`;

  test('all at once, each by its name, file and export', async () => {
    const folder = await folderOf({
      'langgraph.json': JSON.stringify({
        graphs: {
          good: './good.ts:graph',
          misspelt: './good.ts:grahp',
          number: './odd.ts:number',
          made: './odd.ts:made',
          throwing: './odd.ts:throwing',
          model: './odd.ts:model',
          syntax: './syntax.ts:graph',
          missing: './needs.ts:graph',
        },
      }),
      'good.ts': graph,
      'odd.ts': `export const number = 7; export const made = () => ({ a: 1 });
        export const throwing = () => { throw new Error('no such database'); };
        export const model = ({ model }) => model({ provider: 'opneai', model: 'm' });`,
      'syntax.ts': 'export enum Colour { Red }; export const graph = 1;',
      'needs.ts': `import 'a-package-that-nobody-has'; export const graph = 1;`,
    });
    const said = await load(folder).then(
      () => '',
      (error: unknown) => (error instanceof Error ? error.message : ''),
    );
    const lines = said.split('\n').map((line) => line.replaceAll(`${folder}/`, ''));
    expect(lines.filter((line) => line.startsWith('  ') || line.startsWith('cannot'))).toEqual([
      `cannot load agents of ${folder}:`,
      '  misspelt (good.ts, export grahp): there is no such export, but graph',
      '  number (odd.ts, export number): it is a number, and no graph, agent or function that gives one',
      '  made (odd.ts, export made): it gives an object of Object, and no graph, agent or function that gives one',
      '  throwing (odd.ts, export throwing): no such database',
      expect.stringContaining('  model (odd.ts, export model): model.provider "opneai" is not a provider'),
      expect.stringMatching(/^  syntax \(syntax\.ts, export graph\): .+, at syntax\.ts:1$/),
      expect.stringContaining(
        "  missing (needs.ts, export graph): Cannot find package 'a-package-that-nobody-has'",
      ),
    ]);
  });

  test.each([
    { reason: 'no folder', files: undefined, says: /no such folder/ },
    { reason: 'no list of graphs', files: {}, says: /langgraph\.json: there is no such file/ },
    {
      reason: 'a list that is a folder',
      files: { 'langgraph.json/a.ts': '' },
      says: /^cannot load agents of .+:\n {2}langgraph\.json: there is no such file to read/,
    },
    { reason: 'a list without graphs', files: { 'langgraph.json': '{}' }, says: /expected \{"graphs"/ },
    {
      reason: 'Python',
      files: { 'langgraph.json': '{"graphs": {"a": "./a.py:graph"}}' },
      says: /graphs\.a: \.\/a\.py is Python/,
    },
    {
      reason: 'a file that is not there',
      files: { 'langgraph.json': '{"graphs": {"a": {"path": "./a.ts:graph"}}}' },
      says: /graphs\.a: there is no file \.\/a\.ts/,
    },
    {
      reason: 'a name for no URL',
      files: { 'langgraph.json': '{"graphs": {"a b": "./a.ts:graph"}}' },
      says: /graphs\.a b: a name has letters/,
    },
  ])('$reason', async ({ files, says }) => {
    const folder = files === undefined ? '/nowhere/at/all' : await folderOf(files);
    await expect(load(folder)).rejects.toThrow(says);
  });

  test('a file in place of a folder', async () => {
    const folder = await folderOf({ 'langgraph.json': '{}' });
    await expect(load(`${folder}/langgraph.json`)).rejects.toThrow(
      /^cannot load agents of .+: it is no folder$/,
    );
  });

  test('a graph of another copy of LangGraph', async () => {
    const folder = await folderOf({
      'langgraph.json': '{"graphs": {"a": "./a.mjs:graph"}}',
      'a.mjs': 'export const graph = { lg_is_pregel: true };',
    });
    await expect(load(folder)).rejects.toThrow(/another copy of @langchain\/langgraph/);
  });
});
