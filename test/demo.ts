import { command } from '../command-line/command.ts';
import { DONE, FAILED } from '../command-line/exit-code.ts';
import type { ExitCode } from '../command-line/exit-code.ts';
import { main } from '../command-line/main.ts';
import manifest from '../package.json' with { type: 'json' };
import { until } from './engine/until.ts';
import { openServers } from './servers/open.ts';
import { doubleTool, testJob } from './servers/job.ts';
import { createWorld } from './servers/world.ts';

/** What the model of the demonstration says in the end. */
const text = 'Twenty-one doubled is forty-two. It took one tool, in a sandbox, and no network at all.';

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A job is known as soon as a worker has claimed it. */
async function known(url: string): Promise<void> {
  await until('the job is known', async () => (await fetch(url)).ok);
}

/** The events of a job as they come over HTTP, a line each, until its `end`. */
async function follow(url: string): Promise<void> {
  const response = await fetch(url);
  const decoder = new TextDecoder();
  let rest = '';
  // The type of a body is that of any stream; fetch gives bytes.
  const chunks: AsyncIterable<Uint8Array> = response.body ?? new Blob([]).stream();
  for await (const chunk of chunks) {
    const frames = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = frames.pop() ?? '';
    for (const frame of frames) {
      const data = /^data: (.*)$/m.exec(frame)?.[1];
      if (data !== undefined) say(`    ${data.length > 150 ? `${data.slice(0, 150)}…` : data}`);
    }
  }
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
    const worker = await world.worker();
    await worker.ready();
    const job = testJob({ rounds: [[{ tool: 'double', args: { n: 21 } }]], text, tokenMs: 15 }, [doubleTool]);
    say(`Publishing job ${job.jobId} on ${world.names.prefix}.execute.${job.jobId}. Its events:`);
    await world.publish(job);
    const url = `${worker.url}/jobs/${job.jobId}`;
    const { subject, event } = await Promise.all([
      world.result(job.jobId),
      known(url).then(() => follow(`${url}/events`)),
    ]).then(([result]) => result);
    say(`Result event on ${subject}:`);
    say(JSON.stringify(event, null, 2).replaceAll(/^/gm, '    '));
    worker.signal('SIGTERM');
    say(`The worker drained and ended with status ${await worker.exited()}.`);
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
    description:
      'Shows one job from NATS to its result, on real servers, with a model that answers from a script.',
    flags: {},
    run: demo,
  }),
});
