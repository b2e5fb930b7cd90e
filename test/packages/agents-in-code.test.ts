import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { file } from '../../package/image/entry.ts';
import { layer } from '../../package/image/layer.ts';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { testJob } from '../servers/job.ts';
import { createWorld } from '../servers/world.ts';
import { startContainer } from './container.ts';
import { crane, describeContainers, pullRootfs, pushed } from './packages.ts';
import type { Packages } from './setup.ts';
import { startPod } from './pod.ts';

const example = join(import.meta.dirname, '../../examples/agents-in-code');

/** The lines of the example's Dockerfile, by what each does. */
async function dockerfile(): Promise<Readonly<Record<'FROM' | 'COPY' | 'ENV', string>>> {
  const lines = (await readFile(join(example, 'Dockerfile'), 'utf8')).trim().split('\n');
  const [FROM = '', COPY = '', ENV = ''] = lines;
  const words = { FROM, COPY, ENV };
  for (const [word, line] of Object.entries(words)) expect(line).toMatch(new RegExp(`^${word} `));
  expect(lines).toHaveLength(3);
  return { FROM: FROM.slice(5), COPY: COPY.slice(5), ENV: ENV.slice(4) };
}

/** Makes the image that a container engine makes of the Dockerfile, from the worker's as it was pushed. */
async function builtFrom(packages: Packages, dir: string): Promise<string> {
  const { COPY, ENV } = await dockerfile();
  const [from = '', to = ''] = COPY.split(' ');
  const names = await readdir(join(example, from));
  const entries = names.map(async (name) =>
    file(`${to.slice(1)}${name}`, await readFile(join(example, from, name))),
  );
  const tar = join(dir, 'agents.tar.gz');
  await writeFile(tar, (await layer(await Promise.all(entries))).bytes);
  const image = `${packages.repository}/agents-in-code:test`;
  const base = pushed(packages, 'worker');
  await crane('append', '--platform', 'linux/amd64', '--base', base, '--new_layer', tar, '--new_tag', image);
  await crane('mutate', image, '--env', ENV, '--tag', image);
  return image;
}

interface ImageConfig {
  readonly config: { readonly Entrypoint: readonly string[]; readonly Env: readonly string[] };
}

describeContainers('an image with agents in code, of the three lines of the example', (packages) => {
  describeServers('on real servers', (servers) => {
    it('begins with the image of the worker', async () => {
      expect((await dockerfile()).FROM).toMatch(/^ghcr\.io\/bizmatters\/agent-worker:v\d+\.\d+\.\d+$/);
    });

    it('runs a job that names one of them, on models and tools', async () => {
      const dir = await mkdtemp(join(packages.dir, 'agents-'));
      const image = await builtFrom(packages, dir);
      const { config } = JSON.parse(await crane('config', image)) as ImageConfig;
      const rootfs = await pullRootfs(image, 'amd64', join(dir, 'root'));
      const world = await createWorld(servers);
      const outside = [servers.postgres, servers.nats, servers.redis, world.model.url];
      const ports = outside.map((url) => Number(new URL(url).port));
      await using pod = await startPod(join(dir, 'pod'), { outside: ports });
      const own = config.Env.map((line): [string, string] => {
        const at = line.indexOf('=');
        return [line.slice(0, at), line.slice(at + 1)];
      });
      const env = { ...Object.fromEntries(own), ...world.env };
      await using worker = await startContainer({ rootfs, args: config.Entrypoint, env, network: pod.pid });
      const job = testJob({ rounds: [[{ tool: 'find_shelf', args: { title: 'Emma' } }]], text: 'Shelf 4.' });
      const { input_payload: input } = job.event['data'] as { input_payload: object };
      const data = {
        trace_id: 'a-trace',
        job_id: job.jobId,
        agent: 'librarian',
        input_payload: { ...input },
      };
      await world.publish({ ...job, event: { ...job.event, data } });
      const { event } = await until(
        'the job has a result',
        async () => (await world.results()).find((result) => result.event['subject'] === job.jobId),
        { seconds: 120, describe: () => worker.output() },
      );
      expect(event).toMatchObject({
        type: 'dev.my-platform.agent.completed',
        data: { result: { output: 'Shelf 4.', usage: { model_calls: 2 } } },
      });
      expect((await worker.ended('SIGTERM')).code).toBe(0);
      await world.close();
    });
  });
});
