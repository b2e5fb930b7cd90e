import type { Claim, Observed } from '../../../composition/contract.ts';
import { at, text } from '../../../composition/read.ts';
import { majorOf, pluginOf } from '../live.ts';
import { backupName } from './object-store.ts';
import type { Spec } from '../xr.gen.ts';

/** The plugin that archives and restores, as CloudNativePG and its ScheduledBackups know it. */
export const barmanPlugin = 'barman-cloud.cloudnative-pg.io';

/** On a Cluster that was upgraded: the archive that the one it has now follows. */
export const followsAnnotation = 'zerotouch.bizmatters.io/archive-follows';

/** Where in its ObjectStore a database archives. */
export interface Archive {
  /** The plugin's `serverName`; undefined where it takes the Cluster's own name, as claims of v0.1.0 do. */
  readonly serverName: string | undefined;
  /** The archive of the major version before, if there was one. */
  readonly follows: string | undefined;
}

/**
 * An archive belongs to one database of one major version: a claim that is made again, one of the same name elsewhere
 * and the next major version each have another. So the Cluster keeps the archive it has until its major version
 * changes; two systems that write into one archive make both unreadable.
 * https://cloudnative-pg.io/documentation/1.30/postgres_upgrades/#backup-and-wal-archive-considerations
 */
export function archiveOf(claim: Claim<Spec>, live: Observed | undefined): Archive {
  const current = archiveNameOf(live);
  const follows = text(at(live, 'metadata', 'annotations', followsAnnotation)) || undefined;
  if (current === undefined) return { serverName: newArchiveName(claim), follows };
  const major = majorOf(live);
  if (major === undefined || major === claim.spec.version) return { serverName: explicitName(live), follows };
  return { serverName: newArchiveName(claim), follows: current };
}

/** The name under which a Cluster archives, if it does. */
export function archiveNameOf(cluster: Observed | undefined): string | undefined {
  if (pluginOf(cluster, barmanPlugin) === undefined) return undefined;
  return explicitName(cluster) ?? text(at(cluster, 'metadata', 'name'));
}

function explicitName(cluster: Observed | undefined): string | undefined {
  return text(at(pluginOf(cluster, barmanPlugin), 'parameters', 'serverName')) || undefined;
}

/** Dots can stand in none of the parts, so that each can be read back from the name. */
function newArchiveName({ namespace, name, uid, spec }: Claim<Spec>): string {
  return `${namespace}.${name}.${uid.slice(0, 8)}.pg${spec.version}`;
}

/** What the name of an archive says of the database in it. */
export interface ArchiveLabel {
  /** Name of the claim that wrote it. */
  readonly claim: string | undefined;
  readonly major: string | undefined;
}

/** Reads the name of an archive. Claims of v0.1.0 gave theirs their own name and nothing else. */
export function readArchiveName(serverName: string): ArchiveLabel {
  const parts = /^[^.]+\.([^.]+)\.[0-9a-f-]{1,8}\.pg(\d+)$/.exec(serverName);
  if (parts !== null) return { claim: parts[1], major: parts[2] };
  return { claim: serverName.includes('.') ? undefined : serverName, major: undefined };
}

/** What tells the Cluster to archive. */
export function archiving(claim: Claim<Spec>, { serverName }: Archive) {
  return {
    name: barmanPlugin,
    isWALArchiver: true,
    parameters: {
      barmanObjectName: backupName(claim),
      ...(serverName === undefined ? {} : { serverName }),
    },
  };
}
