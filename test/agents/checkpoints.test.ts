import { setImmediate as nextTurn } from 'node:timers/promises';
import { emptyCheckpoint, MemorySaver } from '@langchain/langgraph-checkpoint';
import type { PendingWrite } from '@langchain/langgraph-checkpoint';
import { expect, test } from 'vitest';
import { RunCheckpoints } from '../../worker/agents/checkpoints/run-checkpoints.ts';
import type { CheckpointWatch } from '../../worker/agents/checkpoints/run-checkpoints.ts';
import { savedBy } from '../../worker/agents/checkpoints/store.ts';
import type { Put } from '../../worker/agents/checkpoints/store.ts';
import { Failure } from '../../worker/jobs/rules/failures.ts';

/** Remembers what reaches it. */
class Watched extends MemorySaver {
  readonly calls: string[] = [];

  override async put(...put: Parameters<MemorySaver['put']>) {
    this.calls.push(`put ${put[1].id}`);
    return super.put(...put);
  }

  override async putWrites(...args: Parameters<MemorySaver['putWrites']>) {
    this.calls.push(`writes ${args[2]}`);
    return super.putWrites(...args);
  }
}

const lease = { jobId: 'job', token: 1 };
const free: CheckpointWatch = { beforeWrite() {}, tokens: () => 0, stored() {} };
const writes: PendingWrite[] = [['messages', 'x']];

function step(
  configurable: object,
  id: string,
  parent: string | undefined,
  source: 'input' | 'loop' = 'loop',
): Put {
  const config = {
    configurable: { ...configurable, checkpoint_ns: '', ...(parent && { checkpoint_id: parent }) },
  };
  return [config, { ...emptyCheckpoint(), id }, { source, step: 0, parents: {} }, {}];
}

function at(configurable: object, id: string) {
  return { configurable: { ...configurable, checkpoint_ns: '', checkpoint_id: id } };
}

test('the checkpoint of an input waits for the one of the first step', async () => {
  const store = new Watched();
  const checkpoints = new RunCheckpoints(savedBy(store));
  const { configurable } = checkpoints.begin(lease, free);
  await checkpoints.put(...step(configurable, '1', undefined, 'input'));
  expect(store.calls).toEqual([]);
  await checkpoints.put(...step(configurable, '2', '1'));
  expect(store.calls).toEqual(['put 1', 'put 2']);
});

test('what a task produced is stored when other tasks of its step still run', async () => {
  const store = new Watched();
  const checkpoints = new RunCheckpoints(savedBy(store));
  const { configurable } = checkpoints.begin(lease, free);
  await checkpoints.putWrites(at(configurable, '1'), writes, 'a');
  expect(store.calls).toEqual(['writes a']);
});

test('what a task produced is not stored beside the checkpoint that holds it', async () => {
  const store = new Watched();
  const checkpoints = new RunCheckpoints(savedBy(store));
  const { configurable } = checkpoints.begin(lease, free);
  const written = checkpoints.putWrites(at(configurable, '1'), writes, 'a');
  const other = checkpoints.putWrites(at(configurable, 'of another step'), writes, 'b');
  await checkpoints.put(...step(configurable, '2', '1'));
  await Promise.all([written, other]);
  expect(store.calls).toEqual(['put 2', 'writes b']);
});

test('what a task produced in the last turn of a run is stored before the run is over', async () => {
  const store = new Watched();
  const checkpoints = new RunCheckpoints(savedBy(store));
  const run = checkpoints.begin(lease, free);
  const { configurable } = run;
  await checkpoints.put(...step(configurable, '1', undefined, 'input'));
  const written = checkpoints.putWrites(at(configurable, '1'), writes, 'a');
  await run.end();
  expect(store.calls, 'together with the input it belongs to').toEqual(['put 1', 'writes a']);
  await written;
  expect(store.calls).toHaveLength(2);
});

test('an attempt that is over writes nothing, not even in the name of the next', async () => {
  const store = new Watched();
  const checkpoints = new RunCheckpoints(savedBy(store));
  const first = checkpoints.begin(lease, free);
  await first.end();
  checkpoints.begin(lease, free);
  await expect(checkpoints.put(...step(first.configurable, '1', undefined))).rejects.toMatchObject({
    code: 'LEASE_LOST',
  });
  await expect(checkpoints.putWrites(at(first.configurable, '1'), writes, 'a')).rejects.toMatchObject({
    code: 'LEASE_LOST',
  });
  expect(store.calls).toEqual([]);
});

test('an attempt that loses its lease writes nothing from then on', async () => {
  const store = new Watched();
  const checkpoints = new RunCheckpoints(savedBy(store));
  let held = true;
  const beforeWrite = (): void => {
    if (!held) throw new Failure('LEASE_LOST', 'gone');
  };
  const { configurable } = checkpoints.begin(lease, { ...free, beforeWrite });
  const written = checkpoints.putWrites(at(configurable, '1'), writes, 'a');
  held = false;
  await expect(written, 'nor what it was about to write').rejects.toMatchObject({ code: 'LEASE_LOST' });
  await nextTurn();
  expect(store.calls).toEqual([]);
});

test('a state is told once it is stored, and only that of the orchestrator', async () => {
  const told: unknown[] = [];
  const store = new Watched();
  const checkpoints = new RunCheckpoints(savedBy(store));
  const stored = (values: unknown): void => void told.push([values, ...store.calls]);
  const { configurable } = checkpoints.begin(lease, { ...free, stored });
  const [config, ...rest] = step(configurable, '1', undefined);
  await checkpoints.put({ configurable: { ...config.configurable, checkpoint_ns: 'tools:x' } }, ...rest);
  expect(told).toEqual([]);
  await checkpoints.put(config, ...rest);
  expect(told).toEqual([[{}, 'put 1', 'put 1']]);
});

test('a write that the store refuses ends the attempt', async () => {
  const checkpoints = new RunCheckpoints({ ...savedBy(new Watched()), put: async () => undefined });
  const { configurable } = checkpoints.begin(lease, free);
  await expect(checkpoints.put(...step(configurable, '1', undefined))).rejects.toMatchObject({
    code: 'LEASE_LOST',
  });
});

test('what a job writes has a bound', async () => {
  const quarter = 64 * 1024 * 1024;
  const checkpoints = new RunCheckpoints({ ...savedBy(new Watched()), put: async () => quarter });
  const { configurable } = checkpoints.begin(lease, free);
  for (const id of ['1', '2', '3', '4']) await checkpoints.put(...step(configurable, id, undefined));
  await expect(checkpoints.put(...step(configurable, '5', undefined))).rejects.toMatchObject({
    code: 'PAYLOAD_TOO_LARGE',
  });
});
