import { number, at } from '../../functions/composition/read.ts';
import { until } from '../engine/until.ts';
import { script } from '../stubs/model-script.ts';
import type { Script } from '../stubs/model-script.ts';
import type { Kubectl } from './kubectl.ts';
import { inCluster } from './pods.ts';
import { here, secretValues } from './world.ts';

export const natsUrl = 'nats://nats.nats.svc:4222';
export const stream = 'AGENT_EXECUTION';
/** What the workers make beside it. */
export const streams = [stream, 'AGENT_STATUS', 'AGENT_DEAD'] as const;
/** Labels of the workers' Pods. */
export const workers = 'app.kubernetes.io/name=agent-executor,app.kubernetes.io/component=worker';
/** The workers' Service. */
export const endpoint = 'http://agent-executor-http:8080';

export async function secretUri(cluster: Kubectl, secret: string): Promise<string> {
  return (await secretValues(cluster, secret))['uri'] ?? '';
}

/** An agent of one node whose model follows a script. */
export function definition(what: Script): object {
  const model = { provider: 'openai', model: 'scripted' };
  return {
    name: 'e2e',
    version: '1.0.0',
    tool_definitions: [],
    nodes: [
      {
        id: 'writer',
        type: 'Orchestrator',
        config: { name: 'writer', system_prompt: script(what), model, tools: [] },
      },
    ],
    edges: [],
  };
}

export const input = { messages: [{ role: 'user', content: 'Write the report.' }] };

/** Two calls of the model, a second each, with a file written between them. */
export function slowJob(id: string): { id: string; definition: object; input: object } {
  const rounds = [[{ tool: 'write_file', args: { file_path: '/report.md', content: `# ${id}` } }]];
  return {
    id,
    definition: definition({ name: id, rounds, latencyMs: 1_000, text: 'The report is written.' }),
    input,
  };
}

/** Publishes this many jobs at once, each under its own id. */
export async function publishJobs(cluster: Kubectl, prefix: string, count: number): Promise<void> {
  const jobs = Array.from({ length: count }, (_, index) => slowJob(`${prefix}-${index}`));
  const order = { do: 'publish', servers: natsUrl, subject: 'agent.execute.e2e', jobs } as const;
  const { stored } = await inCluster<{ stored: number }>(cluster, order);
  if (stored !== count) throw new Error(`expected ${count} jobs to be stored, got ${stored}`);
}

/** How the jobs of a prefix ended. */
export interface Ends {
  /** Jobs with exactly one result, and that a completed one. */
  readonly completed: number;
  /** Jobs with any other results, as `job: 2 completed`. */
  readonly others: readonly string[];
}

export async function ends(cluster: Kubectl, prefix: string): Promise<Ends> {
  const order = { do: 'results', servers: natsUrl, stream: 'AGENT_STATUS', prefix: `${prefix}-` } as const;
  const found = Object.entries(await inCluster<Record<string, Record<string, number>>>(cluster, order));
  const once = (results: Record<string, number>) => JSON.stringify(results) === '{"completed":1}';
  return {
    completed: found.filter(([, results]) => once(results)).length,
    others: found
      .filter(([, results]) => !once(results))
      .map(([job, results]) => `${job}: ${JSON.stringify(results)}`),
  };
}

/** Waits until this many jobs have ended, and makes sure that each was completed once. */
export async function allComplete(
  cluster: Kubectl,
  prefix: string,
  count: number,
  seconds: number,
): Promise<void> {
  let last: Ends | undefined;
  await until(
    `${count} jobs have a result`,
    async () => {
      last = await ends(cluster, prefix);
      return last.completed + last.others.length >= count;
    },
    { seconds, every: 1_000, describe: () => last },
  );
  if (last && last.others.length > 0)
    throw new Error(`expected one completed result for each job, got ${last.others.slice(0, 5).join('; ')}`);
}

/** How many workers run now, and how many of them are available. */
export async function replicas(cluster: Kubectl): Promise<{ wanted: number; available: number }> {
  const deployment = await cluster.get(here('deployment/agent-executor'));
  return {
    wanted: number(at(deployment, 'spec', 'replicas')) ?? 0,
    available: number(at(deployment, 'status', 'availableReplicas')) ?? 0,
  };
}

/** Asks the model for the first step of a job, as a worker does that has lost what it was told. */
export async function askAgain(cluster: Kubectl, id: string): Promise<void> {
  const content = script({ name: id });
  const body = { model: 'scripted', messages: [{ role: 'system', content }, ...input.messages] };
  const url = 'http://model:8089/v1/chat/completions';
  // It is busy with the jobs, and may be slow to take a connection.
  for (let times = 0; times < 2; times += 1)
    await until('the model answers', () => inCluster(cluster, { do: 'http', url, body }), { seconds: 60 });
}

/** How often the model was asked for a step that it had been asked for before, by jobs of this prefix. */
export async function repeatedCalls(cluster: Kubectl, prefix: string): Promise<number> {
  const order = { do: 'http', url: 'http://model:8089/' } as const;
  const { body } = await inCluster<{ body: { steps: Record<string, number[]> } }>(cluster, order);
  return Object.entries(body.steps)
    .filter(([job]) => job.startsWith(`${prefix}-`))
    .flatMap(([, calls]) => calls.map((count) => count - 1))
    .reduce((sum, more) => sum + more, 0);
}
