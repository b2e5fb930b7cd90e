import { access } from './chapters/access.ts';
import { bucket } from './chapters/bucket.ts';
import { catalog } from './chapters/catalog.ts';
import { companyNats } from './chapters/company-nats.ts';
import { database } from './chapters/database.ts';
import { deletion } from './chapters/deletion.ts';
import { failover } from './chapters/failover.ts';
import { arrival, departure } from './chapters/cluster.ts';
import { gateway } from './chapters/gateway.ts';
import { gitops } from './chapters/gitops.ts';
import { inside } from './chapters/inside.ts';
import { importing } from './chapters/importing.ts';
import { jobs } from './chapters/jobs.ts';
import { load } from './chapters/load.ts';
import { loss } from './chapters/loss.ts';
import { installation } from './chapters/packages.ts';
import { enforcesPolicies, policies } from './chapters/policies.ts';
import { pooler } from './chapters/pooler.ts';
import { protection } from './chapters/protection.ts';
import { restore } from './chapters/restore.ts';
import { rotation } from './chapters/rotation.ts';
import { seed } from './chapters/seed.ts';
import { upgrade } from './chapters/upgrade.ts';
import { web } from './chapters/web.ts';
import { worker } from './chapters/worker.ts';
import { keptVersions, newVersions, workerImage } from './packages.ts';
import type { Chapter } from './story.ts';
import { hasObjectStores } from './object-store.ts';
import type { World } from './world.ts';

/** Chapters that need no queue, no cache and no workers. */
const ofDatabases = [
  'packages',
  'database',
  'failover',
  'pooler',
  'inside',
  'access',
  'protection',
  'restore',
  'loss',
  'bucket',
  'import',
  'web',
  'gateway',
  'catalog',
] as const;

/** What can be asked for by name, in the order in which it is told. */
export const chapterNames = [
  ...ofDatabases,
  'seed',
  'worker',
  'policies',
  'jobs',
  'load',
  'company-nats',
  'rotation',
  'upgrade',
  'deletion',
  'gitops',
] as const;

/** Chapters that need somewhere to archive to. */
const ofArchives: ReadonlySet<string> = new Set(['restore', 'loss', 'bucket']);

/** Chapters that need something that enforces policies. */
const ofPolicies: ReadonlySet<string> = new Set(['access', 'policies']);

/** Chapters that are told only when they are named, as they take long, or need what most clusters have not. */
const onlyNamed: ReadonlySet<string> = new Set([
  'loss',
  'bucket',
  'web',
  'gateway',
  'catalog',
  'seed',
  'company-nats',
  'gitops',
]);

/** Chapters that go on with what earlier ones made, which are told with them. */
const goesOnWith: ReadonlyMap<string, readonly (typeof chapterNames)[number][]> = new Map([
  ['policies', ['worker']],
  ['jobs', ['worker']],
  ['load', ['worker']],
  ['company-nats', ['worker']],
  ['rotation', ['database', 'worker']],
  ['upgrade', ['database', 'worker']],
  ['deletion', ['database', 'worker']],
]);

/** With `keep` what earlier chapters made is standing. */
function withEarlier(asked: readonly string[], keep: boolean): readonly string[] {
  return keep ? asked : asked.flatMap((name) => [...(goesOnWith.get(name) ?? []), name]);
}

/** The chapters that were asked for, or all, between arrival and departure. */
export async function storyOf(world: World, asked: readonly string[], keep: boolean): Promise<Chapter[]> {
  const wanted = withEarlier(asked, keep);
  const kept = keep && !wanted.includes('packages') ? await keptVersions(world.cluster) : undefined;
  const versions = kept ?? newVersions();
  const chapters = {
    packages: installation(world, versions.first),
    database: database(world),
    failover: failover(world),
    pooler: pooler(world),
    inside: inside(world),
    access: access(world),
    protection: protection(world),
    restore: restore(world),
    loss: loss(world),
    bucket: bucket(world),
    import: importing(world),
    web: web(world, versions.first),
    gateway: gateway(world, versions.first),
    catalog: catalog(world),
    seed: seed(world, versions.first),
    worker: worker(world, workerImage(world.registry, versions.first)),
    policies: policies(world),
    jobs: jobs(world),
    load: load(world),
    'company-nats': companyNats(world, workerImage(world.registry, versions.first)),
    rotation: rotation(world),
    upgrade: upgrade(world, versions),
    deletion: deletion(world),
    gitops: gitops(world, versions.first),
  } as const satisfies Record<(typeof chapterNames)[number], Chapter>;
  const archive =
    wanted.length === 0 ? await hasObjectStores(world.cluster) : wanted.some((name) => ofArchives.has(name));
  const enforced = wanted.length === 0 && (await enforcesPolicies(world.cluster));
  const queue = wanted.length === 0 || wanted.some((name) => !ofDatabases.some((one) => one === name));
  const needs = { queue, archive, metrics: wanted.includes('web'), gateway: wanted.includes('gateway') };
  const possible = (name: string) =>
    !onlyNamed.has(name) && (!ofArchives.has(name) || archive) && (!ofPolicies.has(name) || enforced);
  const bringsPackages = wanted.length > 0 && wanted.every((name) => name === 'gitops');
  const named = (name: string) =>
    (wanted.length === 0 && possible(name)) ||
    wanted.includes(name) ||
    (name === 'packages' && !bringsPackages);
  const left = (name: string) => (name === 'packages' && kept !== undefined) || (name === 'deletion' && keep);
  return [
    arrival(world, keep, needs),
    ...chapterNames.filter((name) => named(name) && !left(name)).map((name) => chapters[name]),
    ...(keep ? [] : [departure(world, needs)]),
  ];
}
