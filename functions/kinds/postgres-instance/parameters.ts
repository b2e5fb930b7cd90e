import type { Observed, Problem } from '../../composition/contract.ts';
import { at, text } from '../../composition/read.ts';
import type { Size } from '../../kube/sizes.ts';
import { containerResources } from '../../kube/sizes.ts';

/** What databases of v0.1.0 were made with, whatever their size. */
const firstMaxConnections = 100;

/**
 * Connections that a size bears: one for each 9,531,392 bytes of its memory limit, which is the rule of Amazon RDS. Beside
 * the shared buffers, an eighth of the limit, and the working memory of all of them, a quarter, that leaves each
 * server process five MB.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections
 */
function connectionsOf({ memory }: Size): number {
  return Math.floor((memory.limit * 1024 * 1024) / 9_531_392);
}

/**
 * `max_connections` of a database. A change of it restarts PostgreSQL, so a database of v0.1.0 keeps what it has until
 * its size changes, which restarts it anyway.
 */
export function maxConnections(size: Size, live: Observed | undefined): number {
  const now = text(at(live, 'spec', 'postgresql', 'parameters', 'max_connections'));
  const memory = text(at(live, 'spec', 'resources', 'limits', 'memory'));
  const sameSize = memory === containerResources(size).limits.memory;
  return now === `${firstMaxConnections}` && sameSize ? firstMaxConnections : connectionsOf(size);
}

/**
 * Memory parameters that follow from the size, in MB of 1024 kB as PostgreSQL counts, below those that are given.
 * shared_buffers is half of what is requested, because CloudNativePG refuses more than all of it; the planner may count
 * on half of the limit as cache; all connections together may sort in a quarter of the limit.
 */
export function sizedParameters(
  { memory }: Size,
  connections: number,
  given: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const most = Number(given.max_connections ?? connections) || connections;
  return {
    effective_cache_size: `${memory.limit / 2}MB`,
    maintenance_work_mem: `${memory.limit / 16}MB`,
    max_connections: `${connections}`,
    shared_buffers: `${memory.request / 2}MB`,
    work_mem: `${Math.max(64, Math.floor((memory.limit * 1024) / (4 * most)))}kB`,
    ...given,
  };
}

/** What CloudNativePG would refuse in these parameters, which a user would otherwise find three objects down. */
export function checkParameters(parameters: Readonly<Record<string, string>>, { memory }: Size): Problem[] {
  const fixed = Object.keys(parameters)
    .filter((name) => fixedByOperator.has(name))
    .map((name) => ({
      path: `spec.parameters.${name}`,
      message: 'is set by CloudNativePG and cannot be given',
    }));
  return [...fixed, ...checkSharedBuffers(parameters.shared_buffers, memory.request)];
}

function checkSharedBuffers(value: string | undefined, requested: number): Problem[] {
  if (value === undefined) return [];
  const path = 'spec.parameters.shared_buffers';
  const match = /^(\d+) ?(kB|MB|GB)$/.exec(value);
  if (match === null) return [{ path, message: `expected a number with kB, MB or GB, got "${value}"` }];
  const mebibytes = Number(match[1]) * { kB: 1 / 1024, MB: 1, GB: 1024 }[match[2] as 'kB' | 'MB' | 'GB'];
  if (mebibytes <= requested) return [];
  return [{ path, message: `may be at most ${requested}MB, which is the memory that this size requests` }];
}

/**
 * Parameters that CloudNativePG owns.
 * https://cloudnative-pg.io/documentation/1.30/postgresql_conf/#fixed-parameters
 */
const fixedByOperator: ReadonlySet<string> = new Set(
  `allow_system_table_mods archive_cleanup_command archive_command archive_mode bonjour bonjour_name cluster_name
  config_file data_directory data_sync_retry event_source external_pid_file hba_file hot_standby ident_file
  jit_provider listen_addresses log_destination log_directory log_file_mode log_filename log_rotation_age
  log_rotation_size log_truncate_on_rotation logging_collector pg_failover_slots.primary_dsn
  pg_failover_slots.standby_slot_names port primary_conninfo primary_slot_name promote_trigger_file
  recovery_end_command recovery_min_apply_delay recovery_target recovery_target_action recovery_target_inclusive
  recovery_target_lsn recovery_target_name recovery_target_time recovery_target_timeline recovery_target_xid
  restart_after_crash restore_command shared_preload_libraries ssl ssl_ca_file ssl_cert_file ssl_crl_file
  ssl_dh_params_file ssl_ecdh_curve ssl_key_file ssl_passphrase_command ssl_passphrase_command_supports_reload
  ssl_prefer_server_ciphers stats_temp_directory synchronized_standby_slots synchronous_standby_names
  syslog_facility syslog_ident syslog_sequence_numbers syslog_split_messages temp_tablespaces
  unix_socket_directories unix_socket_group unix_socket_permissions`.split(/\s+/),
);
