import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ItemStore } from '../../worker/item-store.ts';
import { Failure } from '../../worker/jobs/rules/failures.ts';
import type { JsonObject } from '../../worker/json.ts';
import { startModelServer } from '../stubs/model-server.ts';
import type { ModelServer } from '../stubs/model-server.ts';
import type { ScriptedCall } from '../stubs/model-script.ts';
import { asked } from './asked.ts';
import { agentOn, completed, config, job, keptItems, testRun } from './fixture.ts';

const AGENTS = '/memories/AGENTS.md';
const backend = { routes: { '/memories/': { namespace: 'helper' } } };

let models: ModelServer;
beforeAll(async () => {
  models = await startModelServer();
});
afterAll(() => models.close());

/** An agent with a memory, which makes these calls, one after the other. */
function remembering(name: string, calls: readonly ScriptedCall[], more: JsonObject = {}): JsonObject {
  const rounds = calls.map((call) => [call]);
  const node = {
    id: 'o',
    type: 'Orchestrator',
    config: config(name, { name, rounds }, { memory: [AGENTS] }),
  };
  return { backend, nodes: [node], ...more };
}

const write = (text: string, path = AGENTS): ScriptedCall => ({
  tool: 'write_file',
  args: { file_path: path, content: text },
});

describe('the memory of a definition', () => {
  test('is written in one job, stands in the prompt of the next, and is nobody’s but the tenant’s', async () => {
    const items = keptItems(300_000);
    const agent = agentOn(models.url, {}, undefined, undefined, items);
    const run = async (id: string, tenant: string, calls: readonly ScriptedCall[] = []) =>
      completed(await agent.run(job(id, remembering(id, calls)), { ...testRun(), tenant })).result;
    const first = await run('first', 'ada', [write('Ada likes tea.')]);
    expect(first).not.toHaveProperty('files');
    expect(asked(models, 'system')).toContain('(No memory loaded)');
    await run('second', 'ada');
    expect(asked(models, 'system')).toContain('Ada likes tea.');
    await run('other', 'bob');
    expect(asked(models, 'system')).toContain('(No memory loaded)');
    const edit = { file_path: AGENTS, old_string: 'tea', new_string: 'milk' };
    await run('third', 'ada', [{ tool: 'edit_file', args: edit }]);
    await run('fourth', 'ada', [{ tool: 'ls', args: { path: '/memories/' } }]);
    expect(asked(models, 'system')).toContain('Ada likes milk.');
    expect(asked(models, 'tool')).toContain(AGENTS);
    const kept = await items.of('ada').get(['filesystem', 'helper'], '/AGENTS.md');
    expect(kept?.value).toMatchObject({ content: 'Ada likes milk.' });
  });

  test('is read anew by each job, also on a thread that began before it changed', async () => {
    const agent = agentOn(models.url);
    const run = (id: string, thread: string, calls: readonly ScriptedCall[] = []) =>
      agent.run({ ...job(id, remembering(id, calls)), thread }, testRun());
    await run('old-1', 'old');
    await run('new-1', 'new', [write('Ada moved to Porto.')]);
    await run('old-2', 'old');
    expect(asked(models, 'system')).toContain('Ada moved to Porto.');
  });

  test('that a client has put into the store is read as it is written', async () => {
    const items = keptItems();
    const at = new Date().toISOString();
    const content = "It costs $5, or $' and $& of it.";
    const value = { content, mimeType: 'text/markdown', created_at: at, modified_at: at };
    await items.of(undefined).put(['filesystem', 'helper'], '/AGENTS.md', value, undefined);
    const agent = agentOn(models.url, {}, undefined, undefined, items);
    await agent.run(job('literal', remembering('literal', [])), testRun());
    expect(asked(models, 'system')).toContain(content);
  });

  test('is deleted as other files are, and the files of the job stay with the job', async () => {
    const items = keptItems();
    const agent = agentOn(models.url, {}, undefined, undefined, items);
    const calls = [write('x'), write('own', '/notes.md'), { tool: 'delete', args: { file_path: AGENTS } }];
    const of = remembering('gone', calls);
    const { result } = completed(await agent.run(job('gone', of), testRun()));
    expect(asked(models, 'tool')).not.toContain('Error');
    expect(Object.keys(result['files'] as JsonObject)).toEqual(['/notes.md']);
    expect(await items.of(undefined).search([], undefined, { limit: 10, offset: 0 })).toEqual([]);
  });

  test.each([
    {
      reason: 'a file that is too long',
      before: 0,
      path: AGENTS,
      text: 'x'.repeat(65_537),
      says: 'a file that is kept has at most 65536 characters',
    },
    {
      reason: 'one file more than a folder keeps',
      before: 100,
      path: AGENTS,
      text: 'x',
      says: 'its folder keeps at most 100 files, and has them',
    },
    {
      reason: 'another text of a file in a full folder',
      before: 100,
      path: '/memories/7',
      text: 'x',
      says: 'ok',
    },
  ])('has bounds, which the model is told of: $reason', async ({ before, path, text, says }) => {
    const items = keptItems(300_000);
    const at = new Date().toISOString();
    for (let n = 0; n < before; n += 1) {
      const value = { content: '', created_at: at, modified_at: at };
      await items.of(undefined).put(['filesystem', 'helper'], `/${n}`, value, undefined);
    }
    const agent = agentOn(models.url, {}, undefined, undefined, items);
    const of = remembering(`bounds ${says}`, [write(text, path)]);
    completed(await agent.run(job('bounds', of), testRun()));
    expect(asked(models, 'tool')).toContain(says === 'ok' ? 'Successfully wrote' : says);
  });

  test.each([
    { reason: 'too many', count: 101, length: 0 },
    { reason: 'too long', count: 20, length: 1_000_000 },
  ])('reads no more than so much of what clients put into its folder: $reason', async ({ count, length }) => {
    const items = keptItems();
    const at = new Date().toISOString();
    const value = { content: 'x'.repeat(length), created_at: at, modified_at: at };
    for (let n = 0; n < count; n += 1)
      await items.of(undefined).put(['filesystem', 'helper'], `/${n}`, value, undefined);
    const agent = agentOn(models.url, {}, undefined, undefined, items);
    const of = remembering(`read ${count}`, [{ tool: 'ls', args: { path: '/memories/' } }]);
    completed(await agent.run(job('read', of), testRun()));
    expect(asked(models, 'tool')).toContain('cannot look through what is kept: it is more than 100 files');
  });

  test('that cannot be read now is waited for: the agent does not go on without', async () => {
    const away = new Failure('STORE_UNAVAILABLE', 'cannot read item: PostgreSQL failed');
    const items = { of: () => ({ get: () => Promise.reject(away) }) as unknown as ItemStore, maxBytes: 10 };
    const agent = agentOn(models.url, {}, undefined, undefined, items);
    const running = agent.run(job('away', remembering('away', [])), testRun());
    await expect(running).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(models.steps('away')).toEqual([]);
  });
});
