import { randomUUID } from 'node:crypto';
import { jobOf } from '../../jobs/rules/job.ts';
import { newTraceparent } from '../../jobs/digest.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { CronTurn } from '../../cron-store.ts';
import type { JobRequest } from '../../ports.ts';
import type { NewRun, RunRecord } from '../../thread-store.ts';
import { HttpError, unavailable } from '../answer.ts';
import { call } from '../intake.ts';
import type { Service } from '../service.ts';
import { agentOf } from './agent-of.ts';
import type { Runner } from './agent-of.ts';
import { asked } from './asked.ts';
import { END_MS, cancelRuns } from './cancel-runs.ts';
import { CONFIGURED, runOptions } from './run-options.ts';
import { placeOf } from './schemas.ts';
import type { RunCreate } from './schemas.ts';

const BUSY =
  'Thread is already running a task. Wait for it to finish or choose a different multitask strategy.';

/**
 * Puts a run on its thread; without one, on a thread of its own. What runs there already is dealt with as the client says. One of a cron is
 * put for this due time.
 */
export async function putRun(
  service: Service,
  thread: string | undefined,
  wanted: RunCreate,
  turn?: CronTurn,
): Promise<RunRecord> {
  const run = await prepareRun(service, thread, wanted);
  return putPrepared(service, wanted, { ...run, turn });
}

/** Runs each on a thread of its own, or none of them when one is not as it should be. */
export async function putRuns(service: Service, wanted: readonly RunCreate[]): Promise<readonly RunRecord[]> {
  const prepared = await Promise.all(
    wanted.map(async (one) => [one, await prepareRun(service, undefined, one)] as const),
  );
  const runs: RunRecord[] = [];
  for (const [one, run] of prepared) runs.push(await putPrepared(service, one, run));
  return runs;
}

/** All of a run but that it is not put; throws why it cannot be. */
export async function prepareRun(
  service: Service,
  thread: string | undefined,
  wanted: RunCreate,
): Promise<NewRun> {
  return newRun(service, thread, wanted, await agentOf(service, wanted));
}

async function putPrepared(service: Service, wanted: RunCreate, run: NewRun): Promise<RunRecord> {
  const strategy = wanted.multitask_strategy ?? 'enqueue';
  const until = Date.now() + END_MS;
  for (;;) {
    const put = await asked(service, 'put the run', service.threads.putRun(run));
    if (put.kind === 'unknown') throw new HttpError(404, `Thread with ID ${run.job.thread} not found`);
    if (put.kind === 'passed') throw new HttpError(409, 'the cron of the run has moved on');
    if (put.kind === 'crowded') throw new HttpError(409, 'the run before it of the cron waits still');
    if (put.kind === 'put') {
      const { parts } = service;
      if (run.delayMs === 0) parts.background(parts.outbox.send([run.message]));
      return put.run;
    }
    if (strategy === 'reject') throw new HttpError(422, BUSY);
    if (Date.now() > until) throw unavailable('the run that is in the way does not end');
    const ending = await cancelRuns(service, run.job.thread, put.jobIds, strategy === 'rollback');
    await ending.ended();
  }
}

/** Who is called once the run has ended; throws 422 when it may not be. */
function webhookOf({ webhooks }: Service, { webhook }: RunCreate): string | undefined {
  if (webhook === null || webhook === undefined) return undefined;
  const refusal = webhooks ? webhooks.refusal(webhook) : 'is not supported without WEBHOOK_SECRET';
  if (refusal !== undefined) throw new HttpError(422, `webhook: ${refusal}`);
  return webhook;
}

function newRun(service: Service, thread: string | undefined, wanted: RunCreate, agent: Runner): NewRun {
  const { delayMs, options } = runOptions(wanted, agent.config);
  const request = { ...requestOf(thread, wanted, agent), ...(options && { options }) };
  const job = { ...jobOf(request, service.parts.agent).stored, thread: request.thread };
  const message = call(job, service.parts.settings);
  const most = service.parts.queue.maxPayload() - 4_096;
  if (message.body.length > most) throw new HttpError(413, `expected at most ${most} bytes`);
  const { assistantId, graphId, definition } = agent;
  const strategy = wanted.multitask_strategy ?? 'enqueue';
  const temporary = thread === undefined && wanted.on_completion !== 'keep';
  return {
    job,
    message,
    definition,
    facts: {
      assistantId,
      metadata: metadataOf(wanted, agent),
      kwargs: kwargsOf(wanted),
      multitaskStrategy: strategy,
    },
    create: thread === undefined || wanted.if_not_exists === 'create' ? { temporary } : undefined,
    threadMetadata: { graph_id: graphId, assistant_id: assistantId },
    alone: strategy !== 'enqueue',
    delayMs,
    webhook: webhookOf(service, wanted),
  };
}

/** The job of a run. */
function requestOf(
  thread: string | undefined,
  wanted: RunCreate,
  agent: Runner,
): JobRequest & { readonly thread: string } {
  const { assistantId, graphId, definition, config } = agent;
  const jobId = randomUUID();
  const place = placeOf(wanted.checkpoint_id, wanted.checkpoint);
  const { configurable, ...rest } = config as { configurable?: JsonObject };
  const { agent_definition: _, [CONFIGURED]: __, ...keys } = configurable ?? {};
  const run: JsonObject = {
    assistant_id: assistantId,
    graph_id: graphId,
    stream_mode: modesOf(wanted),
    config: { ...rest, configurable: keys },
    metadata: metadataOf(wanted, agent),
    ...(wanted.stream_subgraphs && { stream_subgraphs: true }),
    ...(place && { checkpoint: place }),
    ...(wanted.interrupt_before && { interrupt_before: wanted.interrupt_before }),
    ...(wanted.interrupt_after && { interrupt_after: wanted.interrupt_after }),
    ...(wanted.command ? { command: withoutNulls(wanted.command) } : !wanted.input && { continues: true }),
  };
  return {
    jobId,
    traceId: jobId,
    traceparent: newTraceparent(jobId),
    definition,
    input: wanted.input ?? {},
    thread: thread ?? randomUUID(),
    run,
  };
}

function metadataOf({ metadata }: RunCreate, { graphId, assistantId }: Runner): JsonObject {
  return { graph_id: graphId, assistant_id: assistantId, ...metadata };
}

function withoutNulls(command: object): JsonObject {
  const given = Object.entries(command).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(given) as JsonObject;
}

function modesOf({ stream_mode }: RunCreate): string[] {
  const modes = Array.isArray(stream_mode) ? stream_mode : [stream_mode ?? 'values'];
  return modes.length === 0 ? ['values'] : [...new Set(modes)];
}

/** What was asked, as it is shown again: without the definition, which the thread has. */
function kwargsOf(wanted: RunCreate): JsonObject {
  const { input, command, config, stream_subgraphs, interrupt_before, interrupt_after, options } = wanted;
  const { agent_definition: _, ...configurable } = config?.configurable ?? {};
  return {
    input: input ?? null,
    command: (command ?? null) as JsonObject | null,
    config: { ...config, configurable } as JsonObject,
    stream_mode: modesOf(wanted),
    subgraphs: stream_subgraphs ?? false,
    interrupt_before: interrupt_before ?? null,
    interrupt_after: interrupt_after ?? null,
    // The Agent Server has no such field.
    ...((options ?? null) !== null && { options: options as Json }),
  };
}
