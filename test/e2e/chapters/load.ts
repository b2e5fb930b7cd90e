import { setTimeout as sleep } from 'node:timers/promises';
import { at, text } from '../../../functions/composition/read.ts';
import { until } from '../../engine/until.ts';
import { isTrue, storyOf } from '../claims.ts';
import { killPod } from '../kill.ts';
import type { Live } from '../kubectl.ts';
import { step } from '../story.ts';
import type { Chapter } from '../story.ts';
import { allComplete, ends, publishJobs, askAgain, repeatedCalls, replicas, workers } from '../workload.ts';
import { claimRef, namespace } from '../world.ts';
import type { World } from '../world.ts';

const count = 200;

/** Two hundred jobs at once, and again while the workers are restarted and killed. */
export function load({ cluster }: World): Chapter {
  const claim = claimRef('AgentExecutor', 'agent-executor');
  const calm = `calm-${Date.now()}`;
  const storm = `storm-${Date.now()}`;
  return {
    title: 'Two hundred jobs',
    steps: [
      step(`${count} jobs are published at once`, () => publishJobs(cluster, calm, count)),
      step('their backlog adds workers', async () => {
        let most = 0;
        await until(
          'more than one worker is available',
          async () => {
            most = (await replicas(cluster)).available;
            return most > 1;
          },
          { seconds: 120, every: 500, describe: () => most },
        );
        return `${most} workers`;
      }),
      step(
        'every job is completed, each once, and the model was asked nothing twice',
        async () => {
          await allComplete(cluster, calm, count, 600);
          const repeated = await repeatedCalls(cluster, calm);
          if (repeated > 0) throw new Error(`expected no repeated call of the model, got ${repeated}`);
        },
        () => askAgain(cluster, `${calm}-0`),
      ),
      step(`${count} more, while the workers are rolled, one is deleted and one is killed`, async () => {
        await publishJobs(cluster, storm, count);
        await until('some are done', async () => (await ends(cluster, storm)).completed > 5, {
          seconds: 120,
          every: 500,
        });
        await cluster.run(['rollout', 'restart', 'deployment/agent-executor', '-n', namespace]);
        await sleep(5_000);
        const [deleted = ''] = await readyWorkers(cluster);
        await cluster.run(['delete', 'pod', deleted, '-n', namespace, '--wait=false']);
        const killed = (await readyWorkers(cluster)).at(-1) ?? '';
        await killPod(cluster, killed);
        return `deleted ${deleted}, killed ${killed} with SIGKILL; ${(await ends(cluster, storm)).completed} were done by then`;
      }),
      step('every one of them is completed, and each once', async () => {
        await allComplete(cluster, storm, count, 900);
        return `${await repeatedCalls(cluster, storm)} of ${2 * count} calls of the model were made again`;
      }),
      step('without work the workers go back to the minimum', async () => {
        let now = { wanted: 0, available: 0 };
        await until(
          'one worker is left',
          async () => {
            now = await replicas(cluster);
            return now.wanted === 1 && now.available === 1;
          },
          { seconds: 600, every: 2_000, describe: () => now },
        );
        const said = () => cluster.get(claim).then(storyOf);
        await until('the claim says so', async () => (await said()) === 'Ready: 1 worker runs.', {
          seconds: 60,
          every: 1_000,
        });
      }),
      step('and no result was lost or sent twice meanwhile', async () => {
        await allComplete(cluster, calm, count, 10);
        await allComplete(cluster, storm, count, 10);
      }),
    ],
  };
}

/** Workers that are ready and not about to end, oldest first. */
async function readyWorkers(cluster: World['cluster']): Promise<string[]> {
  const pods = await cluster.list('pods', { in: namespace, labels: workers });
  const born = (pod: Live) => text(at(pod, 'metadata', 'creationTimestamp'));
  return pods
    .filter((pod) => isTrue(pod, 'Ready') && at(pod, 'metadata', 'deletionTimestamp') === undefined)
    .toSorted((a, b) => born(a).localeCompare(born(b)))
    .map((pod) => text(at(pod, 'metadata', 'name')));
}
