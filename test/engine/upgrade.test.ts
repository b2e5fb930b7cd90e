import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { expect, it } from 'vitest';
import type { JsonObject } from '../../functions/composition/contract.ts';
import type { Draft, Live } from './api.ts';
import { newNamespace, settled } from './claims.ts';
import { describeEngine } from './engine.ts';
import { fieldManager } from './field-manager.ts';
import { condition, root } from './install.ts';

/** What each example became in each released version; kept by keep-release.ts. */
const released = join(import.meta.dirname, 'released');
const cases = (await readdir(released, { recursive: true }))
  .filter((file) => file.endsWith('.yaml'))
  .toSorted();

/** Fields that operators refuse to change, or act on only once: https://cloudnative-pg.io and the StatefulSet's own. */
const immutable: Readonly<Record<string, readonly string[]>> = {
  Cluster: ['bootstrap', 'storage.storageClass'],
  Dragonfly: ['snapshot.persistentVolumeClaimSpec'],
  Stream: ['name', 'storage', 'retention'],
  Consumer: ['streamName', 'durableName', 'deliverPolicy', 'ackPolicy', 'replayPolicy'],
};

function immutablePart({ kind, spec }: { kind: string; spec?: unknown }): unknown[] {
  const at = (path: string) =>
    path
      .split('.')
      .reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], spec);
  return (immutable[kind] ?? []).map((path) => [path, at(path)]);
}

function keyOf(object: Draft): string {
  const annotations = object.metadata['annotations'] as Record<string, string>;
  return annotations['crossplane.io/composition-resource-name'] ?? '';
}

describeEngine('a claim of a released version goes on with the objects it has', ({ api }) => {
  /** Puts a claim into the cluster as the released version has left it, with everything that it had composed. */
  async function installed(
    file: string,
    namespace: string,
  ): Promise<{ claim: Live; composed: Map<string, Live> }> {
    const documents = loadAll(await readFile(join(released, file), 'utf8')) as (JsonObject & Draft)[];
    const [whole, ...others] = documents.filter(({ kind }) => kind !== 'Result');
    if (!whole) throw new Error(`${file} has no claim`);
    const { crossplane, ...spec } = whole['spec'] as JsonObject;
    const { name } = whole.metadata;
    const paused = { 'crossplane.io/paused': 'true' };
    const draft = {
      apiVersion: whole.apiVersion,
      kind: whole.kind,
      metadata: { name, namespace, annotations: paused },
      spec,
    };
    const claim = await api.apply(draft);
    const composed = new Map<string, Live>();
    for (const other of others) {
      const owner = (other.metadata['ownerReferences'] as object[])[0];
      const metadata = {
        ...other.metadata,
        namespace,
        ownerReferences: [{ ...owner, uid: claim.metadata.uid }],
      };
      composed.set(keyOf(other), await api.apply({ ...other, metadata }, { manager: fieldManager(whole) }));
    }
    await api.patch(claim, { spec: { crossplane } });
    return { claim, composed };
  }

  it.each(cases)('%s', async (file) => {
    const { claim, composed } = await installed(file, await newNamespace(api, 'upgrade'));
    await api.patch(claim, { metadata: { annotations: { 'crossplane.io/paused': null } } });
    const live = await settled(api, claim, 'Synced', 'True');
    expect(condition(live, 'Valid')).toMatchObject({ status: 'True' });

    // A change that cannot be avoided is told there, as `PostgresInstance cluster`, with what a person has to do.
    const notes = await readFile(join(root, 'docs/upgrading.md'), 'utf8').catch(() => '');
    for (const [key, before] of composed) {
      // Jobs are made to be done once, under a key that changes with what they depend on.
      if (before.kind === 'Job' || notes.includes(`\`${claim.kind} ${key}\``)) continue;
      const after = await api.find(before);
      expect({ key, uid: after?.metadata.uid, deletionTimestamp: after?.metadata.deletionTimestamp }).toEqual(
        { key, uid: before.metadata.uid, deletionTimestamp: undefined },
      );
      expect(immutablePart(after ?? before)).toEqual(immutablePart(before));
    }
  });
});
