import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import type { JetStreamClient } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import pg from 'pg';
import type { QueueNames } from '../../worker/adapters/nats/streams.ts';
import { readConfig } from '../../worker/config/config.ts';
import { readNats } from '../../worker/config/nats.ts';
import { isJsonObject } from '../../worker/json.ts';
import type { JsonObject } from '../../worker/json.ts';
import { until } from '../engine/until.ts';
import { startModelServer } from '../stubs/model-server.ts';
import type { ModelServer } from '../stubs/model-server.ts';
import { createDatabase, uniqueNames } from './describe-servers.ts';
import type { TestDatabase } from './describe-servers.ts';
import type { TestJob } from './job.ts';
import type { ServerUrls } from './open.ts';
import { runWorker, startWorker } from './worker.ts';
import type { WorkerProcess } from './worker.ts';

/** A result event as it was stored. */
export interface StatusEvent {
  readonly subject: string;
  readonly jobId: string;
  /** Its own id. */
  readonly id: string;
  readonly event: JsonObject;
}

/** Everything a worker lives with, for one test file: a database, streams and a model of its own. */
export interface World {
  readonly names: QueueNames;
  readonly database: TestDatabase;
  readonly model: ModelServer;
  /** The environment of its workers. */
  readonly env: Readonly<Record<string, string>>;
  readonly nats: NatsConnection;
  /** Starts a worker: one of another version when a program is given. */
  worker(env?: Readonly<Record<string, string>>, program?: string): Promise<WorkerProcess>;
  publish(job: TestJob): Promise<void>;
  /** All result events stored so far, in order. */
  results(): Promise<readonly StatusEvent[]>;
  /** All dead letters stored so far, with their headers. */
  deadLetters(): Promise<readonly DeadLetter[]>;
  /** The status of a job in the store, straight from its row. */
  status(jobId: string): Promise<string | undefined>;
  /** Returns when no message waits for an acknowledgement or a worker, and every event is sent and crossed off. */
  settled(seconds?: number): Promise<void>;
  /** The result event of a job, as soon as there is one. */
  result(jobId: string, seconds?: number): Promise<StatusEvent>;
  close(): Promise<void>;
}

export interface DeadLetter {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Stored {
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Everything in a stream. */
async function stored(nats: NatsConnection, stream: string): Promise<Stored[]> {
  const manager = await jetstreamManager(nats);
  const { state } = await manager.streams.info(stream);
  const found: Stored[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq += 1) {
    const message = await manager.streams.getMessage(stream, { seq });
    if (!message) continue;
    const headers = Object.fromEntries(message.header.keys().map((key) => [key, message.header.get(key)]));
    found.push({ subject: message.subject, headers, body: new TextDecoder().decode(message.data) });
  }
  return found;
}

function eventOf({ subject, body }: Stored): StatusEvent {
  const event: unknown = JSON.parse(body);
  if (!isJsonObject(event)) throw new Error(`expected a JSON object on ${subject}, got ${body}`);
  const { subject: jobId, id } = event;
  if (typeof jobId !== 'string' || typeof id !== 'string') throw new Error(`expected ids, got ${body}`);
  return { subject, jobId, id, event };
}

/** The names of a queue, as a worker takes them. */
export function queueEnvironment(names: QueueNames): Record<string, string> {
  return {
    NATS_STREAM_NAME: names.stream,
    NATS_CONSUMER_GROUP: names.consumer,
    NATS_STATUS_STREAM_NAME: names.statusStream,
    NATS_DEAD_STREAM_NAME: names.deadStream,
    NATS_SUBJECT_PREFIX: names.prefix,
  };
}

function environment(
  servers: ServerUrls,
  names: QueueNames,
  database: TestDatabase,
  model: ModelServer,
): Record<string, string> {
  const redis = new URL(servers.redis);
  return {
    NATS_URL: servers.nats,
    ...queueEnvironment(names),
    DATABASE_URL: database.url,
    DRAGONFLY_HOST: redis.hostname,
    DRAGONFLY_PORT: redis.port,
    OPENAI_BASE_URL: model.url,
    LEASE_DURATION: '3s',
    RETRY_BASE_DELAY: '50ms',
  };
}

/** What a worker with this environment calls its queue. */
function namesOf(env: Readonly<Record<string, string>>): QueueNames {
  const read = readConfig(env, readNats);
  if (read.kind === 'problems')
    throw new Error(`expected an environment, got ${JSON.stringify(read.problems)}`);
  return read.config.names;
}

async function succeed(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  program?: string,
): Promise<void> {
  const { code, output } = await runWorker(args, env, undefined, program);
  if (code !== 0) throw new Error(`worker ${args.join(' ')} ended with ${code}: ${output}`);
}

/** Makes a world on these servers, with `more` in the environment of every worker; the version of `program` sets it up. */
export async function createWorld(
  servers: ServerUrls,
  more: Readonly<Record<string, string>> = {},
  program?: string,
): Promise<World> {
  const [database, model] = await Promise.all([createDatabase(servers.postgres), startModelServer()]);
  const env = { ...environment(servers, uniqueNames(), database, model), ...more };
  const names = namesOf(env);
  await Promise.all([succeed(['migrate'], env, program), succeed(['ensure-stream'], env, program)]);
  const nats = await connect({ servers: servers.nats, maxReconnectAttempts: -1 });
  const js: JetStreamClient = jetstream(nats);
  const pool = new pg.Pool({ connectionString: database.url, max: 2 });
  // Some tests end the server under it.
  pool.on('error', () => {});
  const workers: WorkerProcess[] = [];
  const results = async () => (await stored(nats, names.statusStream)).map(eventOf);

  return {
    names,
    database,
    model,
    env,
    nats,
    async worker(own = {}, other) {
      const started = await startWorker({ ...env, ...own }, undefined, other);
      workers.push(started);
      return started;
    },
    async publish({ jobId, event }) {
      const body = new TextEncoder().encode(JSON.stringify(event));
      await js.publish(`${names.prefix}.execute.${jobId}`, body);
    },
    results,
    async status(jobId) {
      const { rows } = await pool.query<{ status: string }>(
        'SELECT status FROM agent_jobs WHERE job_id = $1',
        [jobId],
      );
      return rows[0]?.status;
    },
    async settled(seconds = 60) {
      const manager = await jetstreamManager(nats);
      let last: unknown;
      await until(
        'everything is settled',
        async () => {
          const consumer = await manager.consumers.info(names.stream, names.consumer);
          const { rows } = await pool.query<{ count: string }>('SELECT count(*) FROM agent_outbox');
          last = [consumer.num_ack_pending, consumer.num_pending, Number(rows[0]?.count)];
          return String(last) === '0,0,0';
        },
        { seconds, describe: () => last },
      );
    },
    deadLetters: () => stored(nats, names.deadStream),
    result: (jobId, seconds = 60) =>
      until(
        `job ${jobId} has a result`,
        async () => (await results()).find((result) => result.jobId === jobId),
        { seconds, describe: () => workers.map((worker) => worker.log().slice(-1_500)) },
      ),
    async close() {
      for (const worker of workers) worker.signal('SIGKILL');
      await Promise.all(workers.map((worker) => worker.exited()));
      const manager = await jetstreamManager(nats);
      for (const stream of [names.stream, names.statusStream, names.deadStream])
        await manager.streams.delete(stream);
      await Promise.all([nats.close(), pool.end()]);
      await model.close();
      await database.drop();
    },
  };
}
