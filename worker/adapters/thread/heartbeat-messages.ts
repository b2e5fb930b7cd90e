import type { MessagePort } from 'node:worker_threads';
import type { LeasedJob, LeaseUpdate } from '../../jobs/loop/heartbeat.ts';
import type { Lease } from '../../job-store.ts';
import type { LogConfig } from '../../observability/log.ts';
import type { NatsAddress } from '../nats/address.ts';
import type { PostgresAddress } from '../postgres/connection.ts';

/** What the heartbeat thread is started with. It opens connections of its own. */
export interface HeartbeatData {
  readonly role: 'heartbeat';
  readonly nats: NatsAddress;
  readonly postgres: PostgresAddress;
  readonly owner: string;
  readonly leaseMs: number;
  /** Of a log of its own: a main thread that hangs writes no line. */
  readonly log: LogConfig;
  /** Where it hears what to keep, and tells what became of it. */
  readonly port: MessagePort;
}

export type ToHeartbeat =
  | { readonly kind: 'add'; readonly kept: LeasedJob }
  | { readonly kind: 'drop'; readonly lease: Lease }
  /** The main thread is not blocked. */
  | { readonly kind: 'alive' }
  | { readonly kind: 'close' };

export type FromHeartbeat =
  | { readonly kind: 'news'; readonly news: readonly LeaseUpdate[] }
  | { readonly kind: 'error'; readonly message: string };
