import type { Json, Observed } from '../../functions/composition/contract.ts';
import { at, number, text } from '../../functions/composition/read.ts';
import type { FieldChange } from './field-changes.ts';

/** What a change does besides itself: stops Pods, or leaves no way back. */
export interface Effect {
  readonly kind: 'restarts' | 'final';
  readonly text: string;
}

interface Rule {
  readonly path: RegExp;
  readonly effects: (
    before: Json | undefined,
    after: Json | undefined,
    path: string,
    object: Observed,
  ) => readonly Effect[];
}

function restarts(text: string): Effect {
  return { kind: 'restarts', text };
}

function final(text: string): Effect {
  return { kind: 'final', text };
}

/**
 * Parameters that PostgreSQL reads at start only (context `postmaster` of pg_settings).
 * https://www.postgresql.org/docs/current/view-pg-settings.html
 */
const readAtStart: ReadonlySet<string> = new Set([
  'autovacuum_freeze_max_age',
  'autovacuum_max_workers',
  'autovacuum_multixact_freeze_max_age',
  'huge_pages',
  'huge_page_size',
  'io_method',
  'jit_provider',
  'max_connections',
  'max_files_per_process',
  'max_locks_per_transaction',
  'max_logical_replication_workers',
  'max_pred_locks_per_transaction',
  'max_prepared_transactions',
  'max_replication_slots',
  'max_wal_senders',
  'max_worker_processes',
  'min_dynamic_shared_memory',
  'old_snapshot_threshold',
  'pg_stat_statements.max',
  'recovery_target_timeline',
  'reserved_connections',
  'shared_buffers',
  'shared_memory_type',
  'superuser_reserved_connections',
  'track_activity_query_size',
  'track_commit_timestamp',
  'wal_buffers',
  'wal_decode_buffer_size',
  'wal_level',
  'wal_log_hints',
]);

/**
 * Parameters of a library that CloudNativePG loads at the start as long as one of them is there.
 * https://cloudnative-pg.io/documentation/1.30/postgresql_conf/#managed-extensions
 */
const loadsLibrary = /^(auto_explain|pg_failover_slots|pg_stat_statements|pgaudit)\./;

const podTemplate: readonly Rule[] = [
  { path: /^spec\.template\b/, effects: () => [restarts('rolls the Pods')] },
];

/** https://cloudnative-pg.io/documentation/current/rolling_update/ */
const cluster: readonly Rule[] = [
  { path: /^spec\.resources\b/, effects: () => [restarts('restarts the instances, one after another')] },
  { path: /^spec\.imageName$/, effects: imageEffects },
  { path: /^spec\.plugins(\[[^\]]*\])?$/, effects: archivingEffects },
  {
    path: /^spec\.plugins\[[^\]]*\]\.parameters\.serverName$/,
    effects: () => [
      final(
        'a new archive begins, with a base backup when the upgrade is done; the old one stays and reaches up to the upgrade',
      ),
    ],
  },
  {
    path: /^spec\.postgresql\.shared_preload_libraries\b/,
    effects: () => [restarts('restarts the instances, one after another')],
  },
  {
    path: /^spec\.postgresql\.parameters\./,
    effects: (before, after, path) => {
      const name = path.split('.').slice(3).join('.');
      const loads = loadsLibrary.test(name) && (before === undefined || after === undefined);
      return loads || readAtStart.has(name) ? [restarts('restarts the instances, one after another')] : [];
    },
  },
  {
    path: /^spec\.instances$/,
    effects: (before, after) =>
      (number(after) ?? 0) < (number(before) ?? 0) ? [final('deletes the volume of an instance')] : [],
  },
  {
    path: /^spec\.storage\.size$/,
    effects: (before, after) =>
      Number.parseInt(text(after), 10) > Number.parseInt(text(before), 10)
        ? [final('a volume never shrinks again')]
        : [],
  },
  {
    path: /^metadata\.annotations\.cnpg\.io\/hibernation$/,
    effects: (before, after) => {
      if (after === 'on') return [restarts('stops all instances')];
      return before === 'on' ? [restarts('starts the instances')] : [];
    },
  },
];

/** The operator rolls the Pods for everything but their number. */
const dragonfly: readonly Rule[] = [
  {
    path: /^spec\.(?!replicas\b)/,
    effects: (_before, _after, _path, object) => [
      restarts('restarts the replicas, one after another'),
      ...(at(object, 'spec', 'snapshot') === undefined && (number(at(object, 'spec', 'replicas')) ?? 1) < 2
        ? [final('it has no snapshots and no second replica, so what it holds is lost')]
        : []),
    ],
  },
  {
    path: /^spec\.authentication$/,
    effects: (before) => (before === undefined ? [restarts('locks out clients that give no password')] : []),
  },
];

const secret: readonly Rule[] = [
  { path: /^data\.password$/, effects: () => [final('the old password stops working')] },
  {
    path: /^data\./,
    effects: (_before, after) =>
      after === undefined ? [restarts('applications that read a key that goes do not start without it')] : [],
  },
];

const objectStore: readonly Rule[] = [
  {
    path: /^spec\.configuration\.(destinationPath|endpointURL)$/,
    effects: () => [
      final(
        'backups go elsewhere from now on, and nothing can be restored from there before the next base backup; those made so far stay where they are',
      ),
    ],
  },
  {
    path: /^spec\.retentionPolicy$/,
    effects: (before, after) =>
      daysOf(after) < daysOf(before) ? [final('backups that are older than that are deleted')] : [],
  },
];

const pooler: readonly Rule[] = [
  {
    path: /^spec\.instances$/,
    effects: (before, after) =>
      (number(after) ?? 0) < (number(before) ?? 0)
        ? [restarts('ends the connections of the instances that go')]
        : [],
  },
  {
    path: /^spec\.pgbouncer\.poolMode$/,
    effects: (_before, after) =>
      after === 'transaction' ? [restarts('takes from applications what they keep in a session')] : [],
  },
];

const rules: Readonly<Record<string, readonly Rule[]>> = {
  Deployment: podTemplate,
  Cluster: cluster,
  Dragonfly: dragonfly,
  Secret: secret,
  ObjectStore: objectStore,
  Pooler: pooler,
};

/** What follows from the change of one field of the object. */
export function effectsOf(object: Observed, { path, before, after }: FieldChange): readonly Effect[] {
  const own = rules[text(object.kind)] ?? [];
  return own
    .filter((rule) => rule.path.test(path))
    .flatMap((rule) => rule.effects(before, after, path, object));
}

/** What goes with an object when it is deleted, or nothing. */
export function lossOf(object: Observed): Effect | undefined {
  switch (text(object.kind)) {
    case 'PostgresInstance':
      return final(
        'the database it makes is deleted with it, and so is the data, unless its deletionPolicy is Retain',
      );
    case 'DragonflyInstance':
      return final('the cache it makes is deleted with it, unless its deletionPolicy is Retain');
    case 'Cluster':
      return final('its volumes are deleted with it, and so is the data');
    case 'Secret':
      return final('applications that read it lose it');
    case 'Dragonfly':
      return restarts('its Pods stop; the volumes with their snapshots stay');
    case 'Deployment':
      return restarts('its Pods stop');
    case 'Stream':
      return final('the messages in it are deleted with it');
    case 'ObjectStore':
      return final('what is written from now on is in no archive; what was archived stays in the bucket');
    case 'ScheduledBackup':
      return final('no base backup is made any more');
    case 'Pooler':
      return restarts('ends every connection through it');
    default:
      return undefined;
  }
}

/** Days of a retention such as 30d, 4w or 1m. */
function daysOf(retention: Json | undefined): number {
  const [, count = '', unit = ''] = /^(\d+)([dwm])$/.exec(text(retention)) ?? [];
  return Number(count) * ({ d: 1, w: 7, m: 30 }[unit] ?? Number.NaN);
}

function archivingEffects(_before: Json | undefined, after: Json | undefined): readonly Effect[] {
  const restart = restarts('restarts the instances, beside which the plugin runs');
  return after === undefined ? [restart, final('what is written from now on is in no archive')] : [restart];
}

function imageEffects(before: Json | undefined, after: Json | undefined): readonly Effect[] {
  const major = (image: Json | undefined) => /:(\d+)/.exec(text(image))?.[1];
  if (major(before) === major(after)) return [restarts('restarts the instances, one after another')];
  return [
    restarts('takes the database down while pg_upgrade runs'),
    final('a major version never goes back'),
  ];
}
