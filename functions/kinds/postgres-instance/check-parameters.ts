import type { Context, Problem } from '../../composition/contract.ts';
import { ratcheted } from '../../composition/ratchet.ts';
import { at } from '../../composition/read.ts';
import { sizes } from '../../kube/sizes.ts';
import type { Spec } from './xr.gen.ts';

type Parameters = Readonly<Record<string, string>>;

/**
 * What CloudNativePG's webhook would refuse in these parameters, in its words, and a user would otherwise find three objects
 * down. What the Cluster has already stands.
 * https://github.com/cloudnative-pg/cloudnative-pg/blob/v1.30.0/internal/webhook/v1/cluster_webhook.go
 */
export function checkParameters({ parameters = {}, instances, size }: Spec, context: Context): Problem[] {
  const standing = at(context.observed('cluster'), 'spec', 'postgresql', 'parameters');
  const problems = (name: string, message: string | undefined): Problem[] => {
    if (message === undefined) return [];
    const unchanged = parameters[name] !== undefined && at(standing, name) === parameters[name];
    return ratcheted([{ path: `spec.parameters.${name}`, message }], unchanged);
  };
  return [
    ...Object.keys(parameters).flatMap((name) => problems(name, nameProblem(name))),
    ...problems('wal_level', walLevelProblem(parameters)),
    ...problems('wal_log_hints', hintsProblem(parameters, instances)),
    ...['hot_standby_feedback', 'sync_replication_slots', 'wal_log_hints'].flatMap((name) =>
      problems(name, booleanProblem(parameters, name)),
    ),
    ...['min_wal_size', 'max_wal_size'].flatMap((name) => problems(name, sizeProblem(parameters[name]))),
    ...problems('min_wal_size', walSizesProblem(parameters)),
    ...problems('shared_buffers', sharedBuffersProblem(parameters, sizes[size].memory.request)),
    ...problems('hot_standby_feedback', failoverSlotsProblem(parameters)),
  ];
}

/** PostgreSQL takes names in any case, and CloudNativePG does not, so a name in capitals would pass by all of its rules. */
function nameProblem(name: string): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*)?$/.test(name))
    return 'must be a valid PostgreSQL configuration parameter name (a GUC name, optionally namespaced with a single dot)';
  const lower = name.toLowerCase();
  if (lower === 'shared_preload_libraries')
    return 'is set by CloudNativePG and cannot be given; name the libraries in spec.sharedPreloadLibraries, or the extension in spec.extensions';
  if (fixedByOperator.has(lower)) return 'is set by CloudNativePG and cannot be given';
  return lower === name ? undefined : `is ${lower} to PostgreSQL; write it so`;
}

/** The archive is prepared in every Cluster, whether there is one or not. */
function walLevelProblem({ wal_level: level }: Parameters): string | undefined {
  if (level === undefined || level === 'logical' || level === 'replica') return undefined;
  return level === 'minimal'
    ? '`wal_level` should be set at `logical` or `replica` when `archive_mode` is `on`, which it always is'
    : `unrecognized \`wal_level\` value "${level}" - allowed values: \`logical\`, \`replica\``;
}

function hintsProblem({ wal_log_hints: hints }: Parameters, instances: number): string | undefined {
  return instances > 1 && hints !== undefined && booleanOf(hints) === false
    ? '`wal_log_hints` must be set to `on` when `instances` > 1'
    : undefined;
}

function booleanProblem(parameters: Parameters, name: string): string | undefined {
  const value = parameters[name];
  return value === undefined || booleanOf(value) !== undefined
    ? undefined
    : `invalid \`${name}\` value "${value}". Must be a postgres boolean`;
}

function failoverSlotsProblem(parameters: Parameters): string | undefined {
  const isUsed = Object.keys(parameters).some((name) => name.startsWith('pg_failover_slots.'));
  return isUsed && booleanOf(parameters.hot_standby_feedback ?? '') !== true
    ? '`hot_standby_feedback` must be enabled to use pg_failover_slots extension'
    : undefined;
}

function sizeProblem(value: string | undefined): string | undefined {
  return value === undefined || value === '' || mebibytesOf(value) !== undefined
    ? undefined
    : `expected a number with kB, MB, GB or TB, got "${value}"`;
}

function walSizesProblem({ min_wal_size: least, max_wal_size: most }: Parameters): string | undefined {
  const [low, high] = [mebibytesOf(least || '80MB'), mebibytesOf(most || '1GB')];
  return low !== undefined && high !== undefined && low > 0 && high > 0 && low >= high
    ? 'Parameter min_wal_size (default 80MB) should be smaller than parameter max_wal_size (default 1GB)'
    : undefined;
}

function sharedBuffersProblem({ shared_buffers: value }: Parameters, requested: number): string | undefined {
  if (value === undefined) return undefined;
  // Without a unit PostgreSQL counts it in pages, and CloudNativePG in MB.
  const mebibytes = /^\d+$/.test(value) ? undefined : mebibytesOf(value);
  if (mebibytes === undefined) return `expected a number with kB, MB or GB, got "${value}"`;
  if (mebibytes <= requested) return undefined;
  return `may be at most ${requested}MB, which is the memory that this size requests`;
}

/** As CloudNativePG reads it: MB without a unit. */
function mebibytesOf(value: string): number | undefined {
  const [, count, unit] = /^(\d+) ?(B|kB|MB|GB|TB)?$/.exec(value) ?? [];
  if (count === undefined) return undefined;
  const mebibytes = { B: 1 / 1024 ** 2, kB: 1 / 1024, MB: 1, GB: 1024, TB: 1024 ** 2 };
  return Number(count) * mebibytes[(unit ?? 'MB') as keyof typeof mebibytes];
}

/** Every beginning of a word that PostgreSQL takes for one; `o` could be both. */
function booleanOf(value: string): boolean | undefined {
  if (/^(1|on|y(es?)?|t(r(ue?)?)?)$/i.test(value)) return true;
  return /^(0|off?|no?|f(a(l(se?)?)?)?)$/i.test(value) ? false : undefined;
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
