import { expect, test } from 'vitest';
import { allProviders } from '../../worker/agents/definition/model-rules.ts';
import { filesIn, read } from './sources.ts';

const tables = read('docs/models.md')
  .split('\n\n')
  .filter((block) => block.startsWith('| '))
  .map((table) => table.split('\n').map((line) => line.split(/ *\| */).slice(1, -1)));
const [offered = [], seen = []] = tables;
const providers = offered.slice(2).map(([name = '']) => name.replaceAll('`', ''));

/** Whether a test of this name is there and asks the provider, which is openai where it names none. */
function asks(name: string, provider = ''): boolean {
  const [path] = filesIn(`test/agents/${name}.test.ts`);
  return path !== undefined && (provider === 'openai' || read(path).includes(`'${provider}'`));
}

test('what is seen of models is told of each provider', () => {
  expect(providers.toSorted()).toEqual(allProviders.toSorted());
  expect(seen[0]?.slice(1)).toEqual(providers.map((name) => `\`${name}\``));
});

test.each(seen.slice(2))('%s: is seen by files that ask that provider', (...[, ...cells]) => {
  const wrong = cells.flatMap((cell, index) => {
    const names = [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
    if (names.length === 0) return cell === 'no test' ? [] : [cell];
    return names.filter((name) => !asks(name, providers[index]));
  });
  expect(wrong).toEqual([]);
});
