import type { Json, Observed } from '../../functions/composition/contract.ts';
import { at, number, text } from '../../functions/composition/read.ts';
import { bucketRules } from './bucket-effects.ts';
import type { Effect, Rule } from './effect.ts';
import { final, restarts } from './effect.ts';
import type { FieldChange } from './field-changes.ts';

import { readAtStart } from './restart-settings.gen.ts';

/**
 * Parameters of a library that CloudNativePG loads at the start as long as one of them is there.
 * https://cloudnative-pg.io/documentation/1.30/postgresql_conf/#managed-extensions
 */
const loadsLibrary = /^(auto_explain|pg_failover_slots|pg_stat_statements|pgaudit)\./;

/** Those of these libraries that are read at start only. */
const librarySettingsAtStart: readonly string[] = ['pg_stat_statements.max'];

const podTemplate: readonly Rule[] = [
  { path: /^spec\.template\b/, effects: () => [restarts('rolls the Pods')] },
];

/** https://cloudnative-pg.io/documentation/current/rolling_update/ */
const cluster: readonly Rule[] = [
  {
    path: /^spec\.(resources|affinity|priorityClassName|topologySpreadConstraints|postgresql\.shared_preload_libraries)\b/,
    effects: () => [restarts('restarts the instances, one after another')],
  },
  { path: /^spec\.(imageName|imageCatalogRef)\b/, effects: imageEffects },
  { path: /^spec\.walStorage$/, effects: () => [restarts('restarts the instances, one after another')] },
  { path: /^spec\.plugins(\[[^\]]*\])?$/, effects: archivingEffects },
  {
    path: /^spec\.plugins\[[^\]]*\]\.parameters\.serverName$/,
    effects: () => [
      final(
        'a new archive begins, with a base backup when the upgrade is done; the old one stays and reaches up to the upgrade',
      ),
    ],
  },
  { path: /^spec\.postgresql\.parameters\./, effects: parameterEffects },
  {
    path: /^spec\.instances$/,
    effects: (before, after) =>
      (number(after) ?? 0) < (number(before) ?? 0) ? [final('deletes the volume of an instance')] : [],
  },
  {
    path: /^spec\.(storage|walStorage)\.size$/,
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
  { path: /^data\.access-key$/, effects: () => [final('the old access key stops working')] },
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
  ...bucketRules,
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
    case 'ObjectBucket':
      return final(
        'its bucket is deleted with it where it is empty or deletionPolicy is Delete, unless that is Retain',
      );
    case 'Bucket':
    case 'ObjectBucketClaim':
      return final('the bucket is deleted with it, and so may be what is in it');
    case 'AccessKey':
      return final('whoever uses the access key is locked out');
    case 'Cluster':
      return final('its volumes are deleted with it, and so is the data');
    case 'Secret':
      return final('applications that read it lose it');
    case 'Dragonfly':
      return restarts('its Pods stop; its snapshots stay where they are');
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

function parameterEffects(
  before: Json | undefined,
  after: Json | undefined,
  path: string,
  object: Observed,
): readonly Effect[] {
  const name = path.replace('spec.postgresql.parameters.', '');
  const comesOrGoes = before === undefined || after === undefined;
  const restart = settingsAtStart(object).has(name) || (comesOrGoes && loadsLibrary.test(name));
  return restart ? [restarts('restarts the instances, one after another')] : [];
}

/** What the server of a Cluster reads at start only; of a major version that is not known, what any does. */
function settingsAtStart(object: Observed): ReadonlySet<string> {
  const major = at(object, 'spec', 'imageCatalogRef', 'major') ?? at(object, 'spec', 'imageName');
  const own = readAtStart[majorOf(major) ?? ''];
  return new Set([...(own ?? Object.values(readAtStart).flat()), ...librarySettingsAtStart]);
}

/** Of an image, or of what a catalog is asked for. */
function majorOf(image: Json | undefined): string | undefined {
  return typeof image === 'number' ? `${image}` : /:(\d+)[^/]*$/.exec(text(image))?.[1];
}

/** An image that gives way to a catalog, or the other way around, is of the same major version, or the archive says so. */
function imageEffects(before: Json | undefined, after: Json | undefined): readonly Effect[] {
  const [from, to] = [majorOf(before), majorOf(after)];
  if (from === undefined || to === undefined || from === to)
    return [restarts('restarts the instances, one after another')];
  return [
    restarts('takes the database down while pg_upgrade runs'),
    final('a major version never goes back'),
  ];
}
