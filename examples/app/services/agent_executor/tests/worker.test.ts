// Of a worker that runs, such as that of compose.yaml: npm test. WORKER_URL and API_TOKEN say which.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout } from 'node:timers/promises';

const url = process.env['WORKER_URL'] ?? 'http://127.0.0.1:8080';
const authorization = `Bearer ${process.env['API_TOKEN'] ?? 'only-on-this-machine'}`;
const names = readdirSync(new URL('../agents', import.meta.url)).map((file) => file.replace(/\.json$/, ''));

async function post(path: string, body: object): Promise<unknown> {
  const headers = { authorization, 'content-type': 'application/json' };
  const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  const said = await answer.text();
  assert.equal(answer.status, 200, said);
  return JSON.parse(said);
}

const seconds = 60;

await test('the worker becomes ready', async () => {
  for (let second = 1; ; second += 1) {
    const answer = await fetch(`${url}/ready`).catch((error: unknown) => new Response(String(error), { status: 503 }));
    if (answer.ok) return;
    assert.ok(second < seconds, await answer.text());
    await setTimeout(1_000);
  }
});

await test('it has the agents of this repository', async () => {
  const found = (await post('/assistants/search', { limit: 100 })) as { name: string }[];
  for (const name of names) assert.ok(found.some((agent) => agent.name === name), `${name} is missing`);
});

const noModel = process.env['OPENAI_API_KEY'] ? false : 'OPENAI_API_KEY is not set';

await test('one of them answers', { skip: noModel }, async () => {
  const content = process.env['QUESTION'] ?? 'How many words has this sentence?';
  const input = { messages: [{ role: 'user', content }] };
  const state = (await post('/runs/wait', { assistant_id: names[0], input })) as { messages: { content: unknown }[] };
  assert.ok(state.messages.length > 1 && state.messages.at(-1)?.content);
});
