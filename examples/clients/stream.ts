/**
 * Talks to an agent over HTTP and prints its answer as it is written: `node stream.ts DEFINITION.json "What to do"`.
 * WORKER_URL and API_TOKEN; @langchain/langgraph-sdk.
 */
import { readFile } from 'node:fs/promises';
import { Client } from '@langchain/langgraph-sdk';

const [definition = 'agent.json', request = 'Hello.'] = process.argv.slice(2);
const { WORKER_URL = 'http://127.0.0.1:8080', API_TOKEN = '' } = process.env;
const client = new Client({ apiUrl: WORKER_URL, apiKey: API_TOKEN });
const config = {
  configurable: { agent_definition: JSON.parse(await readFile(definition, 'utf8')) as unknown },
};
const input = { messages: [{ role: 'user', content: request }] };
const { thread_id } = await client.threads.create();
const run = client.runs.stream(thread_id, 'agent', { input, config, streamMode: 'messages-tuple' });
for await (const { event, data } of run) {
  if (event === 'messages' && typeof data[0].content === 'string') process.stderr.write(data[0].content);
  if (event === 'error') throw new Error(`${data.error}: ${data.message}`);
}
const { values } = await client.threads.getState<{ messages: readonly { content: unknown }[] }>(thread_id);
console.log(JSON.stringify({ thread_id, output: values.messages.at(-1)?.content }));
