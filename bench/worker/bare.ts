import { MemorySaver } from '@langchain/langgraph';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import { ChatOpenAI } from '@langchain/openai';
import { createDeepAgent, StateBackend } from 'deepagents';
import pg from 'pg';
import type { BareFigures, Cost } from './bare-process.ts';
import { shapes, systemPrompt } from './shapes.ts';

/**
 * LangGraph and deepagents alone, as their own documents show them: a process that is told on its command line which jobs to
 * run (`SHAPE FIRST WARM CONCURRENCY LATENCY MODEL_URL [DATABASE_URL]`) and prints what they cost. The graph is built once; every
 * event of the stream is taken and dropped.
 */
const [shapeName, first, warm, concurrency, latency, modelUrl, databaseUrl] = process.argv.slice(2);

const shape = shapes.find(({ name }) => name === shapeName);
if (shape === undefined) throw new Error(`there is no shape "${shapeName}"`);

const pool = databaseUrl === undefined ? undefined : new pg.Pool({ connectionString: databaseUrl, max: 10 });
const checkpointer = pool === undefined ? new MemorySaver() : new PostgresSaver(pool);
if (checkpointer instanceof PostgresSaver) await checkpointer.setup();

const model = new ChatOpenAI({
  model: 'stub',
  apiKey: 'none',
  useResponsesApi: false,
  configuration: { baseURL: modelUrl ?? '' },
});
const agent = createDeepAgent({
  model,
  systemPrompt: systemPrompt(shape, Number(latency)),
  backend: new StateBackend({ fileFormat: 'v1' }),
  checkpointer,
});

async function run(id: string): Promise<void> {
  const config = {
    configurable: { thread_id: id },
    durability: 'sync' as const,
    streamMode: ['values' as const, 'messages' as const],
  };
  const stream = await agent.stream({ messages: [{ role: 'user', content: id }] }, config);
  for await (const _ of stream);
  await checkpointer.deleteThread(id);
}

async function runAll(prefix: string, count: number): Promise<void> {
  let begun = 0;
  const one = async (): Promise<void> => {
    while (begun < count) await run(`${prefix}-${process.pid}-${begun++}`);
  };
  await Promise.all(Array.from({ length: Number(concurrency) }, one));
}

async function costOf(prefix: string, count: number): Promise<Cost> {
  const before = process.cpuUsage();
  const started = performance.now();
  await runAll(prefix, count);
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - started) / 1000;
  return { jobsPerSecond: count / seconds, cpuMs: (user + system) / 1000 / count };
}

function megabytes(): number {
  return process.memoryUsage.rss() / 1e6;
}

const figures: BareFigures = {
  readyMs: performance.now(),
  idleMb: megabytes(),
  first: await costOf('first', Number(first)),
  warm: await costOf('warm', Number(warm)),
  levelMb: megabytes(),
};
console.log(JSON.stringify(figures));
await pool?.end();
