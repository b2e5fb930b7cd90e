import { modelVariables } from './env-models.ts';

/** One environment variable of the worker. */
export interface Variable {
  readonly description: string;
  /** The text used when the variable is absent or empty; undefined when it has none. */
  readonly default?: string;
  /** Must never be seen in a log, a status or a command line. */
  readonly secret?: true;
  /** `serve` does not start without it. */
  readonly required?: true;
}

/**
 * Every environment variable that the worker reads. AgentExecutor renders these names, config.ts reads them, and the table in
 * docs/worker-configuration.md is written from them. Durations are a number with a unit: `500ms`, `30s`, `10m`, `24h`, `7d`.
 */
export const variables = {
  NATS_URL: {
    description:
      'NATS servers, separated by commas: `nats://host:4222`, or `tls://host:4222` where TLS is a must. A login may stand before the first host, percent-encoded: `nats://user:password@host:4222`, `nats://token@host:4222`.',
    default: 'nats://nats.nats.svc:4222',
    secret: true,
  },
  NATS_USER: { description: 'User name, together with `NATS_PASSWORD`.' },
  NATS_PASSWORD: { description: 'Password of `NATS_USER`.', secret: true },
  NATS_TOKEN: { description: 'Token, where the server asks for one.', secret: true },
  NATS_NKEY_SEED: { description: 'Seed of an NKey, such as `SUA…`.', secret: true },
  NATS_NKEY_FILE: { description: 'File with the seed of an NKey.' },
  NATS_CREDS_FILE: { description: 'Credentials file of a user of a JWT account.' },
  NATS_CREDENTIALS_DIR: {
    description:
      'Folder with one of `nats.creds`, `nkey`, `username` and `password`, or `token`, as a mounted Secret has them. A changed file counts from the next connection on.',
  },
  NATS_CA_FILE: { description: 'Certificate authorities that the servers are checked against, in PEM.' },
  NATS_CERT_FILE: { description: 'Client certificate, in PEM; together with `NATS_KEY_FILE`.' },
  NATS_KEY_FILE: { description: 'Its key, in PEM.' },
  NATS_SUBJECT_PREFIX: {
    description:
      'First tokens of every subject: jobs arrive on `<prefix>.execute.*`. The names of streams and consumer follow from it.',
    default: 'agent',
  },
  NATS_STREAM_NAME: {
    description:
      'Stream that holds the jobs. Without it `AGENT_EXECUTION`, with the prefix in place of `AGENT`.',
  },
  NATS_CONSUMER_GROUP: {
    description:
      'Durable pull consumer that the workers share. Without it `agent-executor-workers`, with the prefix in place of `agent`.',
  },
  NATS_STATUS_STREAM_NAME: {
    description: 'Stream that holds the result events. Without it `AGENT_STATUS`, likewise.',
  },
  NATS_DEAD_STREAM_NAME: {
    description: 'Stream that holds the dead letters. Without it `AGENT_DEAD`, likewise.',
  },
  NATS_STREAM_REPLICAS: {
    description:
      '`ensure-stream`: servers that keep each stream, 1 to 5. Raised on a stream that is there, never lowered.',
    default: '1',
  },
  NATS_STREAM_STORAGE: {
    description: '`ensure-stream`: `file`, or `memory`, which a restart of the servers empties.',
    default: 'file',
  },
  NATS_STREAM_MAX_AGE: {
    description:
      '`ensure-stream`: time that a job may wait for its first worker. Raised on a stream that is there, never lowered.',
    default: '24h',
  },
  EXECUTOR: {
    description:
      'Whose the workers are, as `namespace/name` of the AgentExecutor. Streams and consumer are marked with it, and those of another are not touched.',
  },
  EXECUTOR_UID: {
    description: 'The uid of that AgentExecutor, which tells it from one of the same name elsewhere.',
  },
  POSTGRES_HOST: { description: 'PostgreSQL server.', required: true },
  POSTGRES_PORT: { description: 'Its port.', default: '5432' },
  POSTGRES_DB: { description: 'Database of the jobs and checkpoints.', required: true },
  POSTGRES_USER: { description: 'Role that owns the tables.', required: true },
  POSTGRES_PASSWORD: { description: 'Password of that role.', required: true, secret: true },
  DATABASE_URL: {
    description: 'PostgreSQL as one URL, in place of the five above.',
    secret: true,
  },
  PGSSLMODE: {
    description:
      '`disable`, `require` (TLS with any server), `verify-ca`, or `verify-full`: its host counts too. `sslmode` of a URL goes first. Without it `verify-full` if there is a `PGSSLROOTCERT`, else `disable`.',
  },
  PGSSLROOTCERT: {
    description:
      'Certificate authorities that the server is checked against, in PEM; a changed file counts from the next connection on. Those that Node.js knows when absent.',
  },
  POSTGRES_POOL_SIZE: {
    description:
      'Connections of a worker: a half for jobs, a half for checkpoints; its heartbeat has one more. `WORKER_CONCURRENCY` and 2 when absent.',
  },
  DRAGONFLY_HOST: { description: 'Dragonfly or Redis server for live events.', required: true },
  DRAGONFLY_PORT: { description: 'Its port.', default: '6379' },
  DRAGONFLY_USER: {
    description:
      'A user of its ACL, who needs keys and channels `langgraph:*`; the default user when absent.',
  },
  DRAGONFLY_PASSWORD: { description: 'The password; none when absent.', secret: true },
  DRAGONFLY_TLS: { description: '`true` where the server speaks TLS.', default: 'false' },
  DRAGONFLY_CA_FILE: {
    description:
      'Certificate authorities that the server is checked against, in PEM, which makes TLS a must. Those that Node.js knows when absent.',
  },
  REDIS_URL: {
    description:
      'Dragonfly or Redis as one URL, in place of host, port, user and password: `redis://user:password@host:6379/0`, or `rediss://` where TLS is a must.',
    secret: true,
  },
  ...modelVariables,
  WORKER_CONCURRENCY: { description: 'Jobs that one worker runs at the same time.', default: '5' },
  MAX_ATTEMPTS: {
    description: 'Failures of a job, without a checkpoint in between, before it is failed for good.',
    default: '5',
  },
  MAX_CRASHES: {
    description:
      'Times that a worker may be gone in the middle of a job, without a checkpoint in between. From the second on it runs alone.',
    default: '10',
  },
  RETRY_PATIENCE: {
    description: 'How long a job waits for a model, a tool or a server that is away, however often it asks.',
    default: '6h',
  },
  RETRY_BASE_DELAY: {
    description: 'First wait between two attempts; it doubles, with jitter.',
    default: '1s',
  },
  RETRY_MAX_DELAY: {
    description: 'Longest wait between two attempts, unless who is away asks for more (`Retry-After`).',
    default: '2m',
  },
  JOB_TIMEOUT: { description: 'Longest run of one attempt.', default: '1h' },
  LEASE_DURATION: {
    description: 'Time after which a silent worker has lost its jobs; equals the ack wait of the consumer.',
    default: '30s',
  },
  SHUTDOWN_TIMEOUT: {
    description: 'Time between SIGTERM and the end; keep it below the grace period of the pod.',
    default: '25s',
  },
  RECURSION_LIMIT: { description: 'Steps that one job may take.', default: '1000' },
  TOKEN_BUDGET: {
    description:
      'Tokens that one job may use, as model servers count them, or four characters a token where they do not; 0 is no limit.',
    default: '0',
  },
  TOOL_TIMEOUT: { description: 'Longest run of one tool.', default: '60s' },
  TOOL_MEMORY_MB: { description: 'Memory that one sandboxed tool may use, in MiB.', default: '64' },
  TOOL_PYTHON: {
    description: '`subprocess` runs Python tools of definitions you trust; `off` refuses them.',
    default: 'off',
  },
  MCP_SERVERS: {
    description:
      'Tool servers that definitions may name, as JSON: `{"name": {"url": "…", "headers": {}}}`, with `"oauth": {"client_id": "…", "client_secret": "…", "issuer": "…"}` where it gives tokens, or `{"command": "…", "args": [], "env": {}}`.',
    default: '{}',
    secret: true,
  },
  MCP_ALLOWED_URLS: {
    description:
      'Addresses of tool servers that definitions may give themselves, with `*` for any text of a part: `https://*.example.com/*`. None when absent. Private addresses only where the host stands in full.',
  },
  WEBHOOK_SECRET: {
    description:
      'Key that signs the calls of webhooks: `whsec_` and 24 to 64 bytes in base64. Runs may name a webhook only where there is one.',
    secret: true,
  },
  WEBHOOK_ALLOWED_URLS: {
    description:
      'Addresses that webhooks may have, as in `MCP_ALLOWED_URLS`. Private addresses only where the host stands in full.',
    default: 'https://*',
  },
  AGENTS_DIR: {
    description:
      'Folder with the definitions of agents that jobs name: `<name>.json`, as a mounted ConfigMap has them. A changed file counts within seconds.',
  },
  AGENTS_CODE_DIR: {
    description:
      'Folder with agents written in code, whose `langgraph.json` says where each is. They run in the process of the worker, with all that it may do.',
  },
  MAX_REQUEST_BYTES: { description: 'Largest job over HTTP, in bytes.', default: '1048576' },
  EVENT_STREAM_LENGTH: { description: 'Live events kept for each job, about.', default: '5000' },
  EVENT_STREAM_MB: {
    description: 'Bytes of live events kept for each job, in MiB; the oldest go first.',
    default: '16',
  },
  EVENT_STREAM_TTL: {
    description: 'Time that the live events of a job are kept after the last.',
    default: '1h',
  },
  CHECKPOINT_HISTORY: {
    description:
      'Time that a completed job keeps all its checkpoints, to be forked from; then the last one stays.',
    default: '24h',
  },
  JOB_RETENTION: { description: 'Time that finished jobs and their checkpoints are kept.', default: '7d' },
  PUBLIC_URL: { description: 'URL under which clients reach this worker, for results kept by reference.' },
  HOST: {
    description:
      'Address that the HTTP server listens on: `::` is every address of the machine, of IPv4 as well. The image and AgentExecutor say `::`.',
    default: '127.0.0.1',
  },
  PORT: { description: 'Port of the HTTP server.', default: '8080' },
  API_TOKEN: { description: 'Bearer token that HTTP callers must send; open when absent.', secret: true },
  API_TOKENS: { description: 'Tokens of [tenants](clients.md#who-may), as JSON.', secret: true },
  JWT_ISSUERS: { description: 'Whose signed tokens [let tenants in](clients.md#who-may), as JSON.' },
  CORS_ORIGINS: {
    description:
      'Origins whose pages may call the HTTP API from a browser, separated by commas, or `*`; none when absent.',
  },
  LOG_LEVEL: {
    description: '`trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`.',
    default: 'info',
  },
  OTEL_EXPORTER_OTLP_ENDPOINT: { description: 'OTLP/HTTP endpoint for traces; no traces when absent.' },
  OTEL_SERVICE_NAME: { description: 'Service name in traces.', default: 'agent-executor-service' },
} as const satisfies Record<string, Variable>;

/** The name of a variable that the worker reads. */
export type VariableName = keyof typeof variables;
