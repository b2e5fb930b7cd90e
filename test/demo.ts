import { command } from '../command-line/command.ts';
import { DONE, FAILED } from '../command-line/exit-code.ts';
import type { ExitCode } from '../command-line/exit-code.ts';
import { main } from '../command-line/main.ts';
import manifest from '../package.json' with { type: 'json' };
import { until } from './engine/until.ts';
import { openServers } from './servers/open.ts';
import { doubleTool, testJob } from './servers/job.ts';
import type { TestJob } from './servers/job.ts';
import { createWorld } from './servers/world.ts';
import type { World } from './servers/world.ts';
import type { WorkerProcess } from './servers/worker.ts';

/** What the model of the demonstration says in the end. */
const text =
  'Twenty-one doubled is forty-two, and doubled again eighty-four. One worker died over it, and the job did not.';

/** The model takes so long for each answer, in milliseconds: long enough to be killed in the middle of one. */
const latencyMs = 1000;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A job is known as soon as a worker has claimed it. */
async function known(url: string): Promise<void> {
  await until('the job is known', async () => (await fetch(url)).ok);
}

/** The events of a job as they come over HTTP, a line each, until its `end` or that of the worker. Answers the id of the last. */
async function follow(url: string, after?: string): Promise<string | undefined> {
  const response = await fetch(url, after === undefined ? {} : { headers: { 'last-event-id': after } });
  const decoder = new TextDecoder();
  let rest = '';
  let last = after;
  // The type of a body is that of any stream; fetch gives bytes.
  const chunks: AsyncIterable<Uint8Array> = response.body ?? new Blob([]).stream();
  try {
    for await (const chunk of chunks) {
      const frames = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = frames.pop() ?? '';
      for (const frame of frames) {
        last = /^id: (.*)$/m.exec(frame)?.[1] ?? last;
        const data = /^data: (.*)$/m.exec(frame)?.[1];
        if (data !== undefined) say(`    ${data.length > 150 ? `${data.slice(0, 150)}…` : data}`);
      }
    }
  } catch {
    say('    (the connection is gone)');
  }
  return last;
}

/** Kills the worker while the model thinks about what the first call of the tool has answered. */
async function killInTheMiddle(world: World, job: TestJob, worker: WorkerProcess): Promise<void> {
  await until('the model is asked again', async () => (world.model.steps(job.name)[1] ?? 0) > 0);
  worker.signal('SIGKILL');
  await worker.exited();
}

async function started(world: World): Promise<WorkerProcess> {
  const worker = await world.worker();
  await worker.ready();
  return worker;
}

async function show(world: World): Promise<void> {
  const worker = await started(world);
  const rounds = [[{ tool: 'double', args: { n: 21 } }], [{ tool: 'double', args: { n: 42 } }]];
  const job = testJob({ rounds, text, tokenMs: 15, latencyMs }, [doubleTool]);
  const path = `/jobs/${job.jobId}`;
  say(`Publishing job ${job.jobId} on ${world.names.prefix}.execute.${job.jobId}. Its events:`);
  await world.publish(job);
  await known(`${worker.url}${path}`);
  const [last] = await Promise.all([
    follow(`${worker.url}${path}/events`),
    killInTheMiddle(world, job, worker),
  ]);
  say('The worker was killed (SIGKILL) in the middle of a call to the model. Starting another one …');
  const successor = await started(world);
  say(
    'It takes the job over once the lease of the dead one is over, here after 3 s, and goes on from the last checkpoint:',
  );
  const [{ subject, event }] = await Promise.all([
    world.result(job.jobId),
    follow(`${successor.url}${path}/events`, last),
  ]);
  say(`Result event on ${subject}:`);
  say(JSON.stringify(event, null, 2).replaceAll(/^/gm, '    '));
  const calls = world.model.steps(job.name);
  const repeated = calls.reduce((sum, count) => sum + count - 1, 0);
  say(
    `The model was called ${calls.length} times as planned, and ${repeated} more because of the kill; there is one result event.`,
  );
  successor.signal('SIGTERM');
  say(`The worker drained and ended with status ${await successor.exited()}.`);
}

async function demo(): Promise<ExitCode> {
  say('Starting PostgreSQL, NATS and Redis …');
  const opened = await openServers();
  if (opened.kind === 'missing') {
    process.stderr.write(`cannot start the servers: ${opened.advice.join('; ')}\n`);
    return FAILED;
  }
  const { urls, close } = opened;
  const world = await createWorld(urls);
  try {
    say('Tables and streams are made. Starting a worker …');
    await show(world);
    return DONE;
  } finally {
    await world.close();
    await close();
  }
}

await main({
  name: 'demo',
  version: manifest.version,
  root: command({
    description: `Shows one job from NATS to its result, on real servers, with a model that answers from a script: its worker is killed in
the middle, and another one goes on with the job.`,
    flags: {},
    run: demo,
  }),
});
