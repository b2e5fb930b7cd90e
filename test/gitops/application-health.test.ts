import { describe, expect, test } from 'vitest';
import { LuaFactory } from 'wasmoon';
import { platform, read } from './repositories.ts';

const source = { repoURL: 'https://example.org/charts', chart: 'keda', targetRevision: '2.20.2' };
const before = { ...source, targetRevision: '2.20.1' };

/** An Application of the root with this status. */
const application = (status: object) => ({ spec: { source }, status });

const cases = [
  {
    reason: 'one that nobody has looked at',
    object: { spec: { source } },
    want: { status: 'Progressing', message: 'waiting to be compared with Git' },
  },
  {
    reason: 'one that has not been compared',
    object: application({ sync: { status: 'Unknown' }, health: { status: 'Healthy' } }),
    want: { status: 'Progressing', message: 'waiting to be compared with Git' },
  },
  {
    reason: 'one that cannot be rendered, which calls itself healthy',
    object: application({
      sync: { status: 'Unknown', comparedTo: { source } },
      health: { status: 'Healthy' },
      conditions: [{ type: 'ComparisonError', message: 'there is no chart keda' }],
    }),
    want: { status: 'Degraded', message: 'there is no chart keda' },
  },
  {
    reason: 'one whose project does not permit its source',
    object: application({ conditions: [{ type: 'InvalidSpecError', message: 'not permitted in project' }] }),
    want: { status: 'Degraded', message: 'not permitted in project' },
  },
  {
    reason: 'one that was healthy in the version before, and was not compared with this one',
    object: application({
      sync: { status: 'Synced', comparedTo: { source: before } },
      health: { status: 'Healthy' },
    }),
    want: { status: 'Progressing', message: 'waiting to be compared with Git' },
  },
  {
    reason: 'one whose new version was not applied yet',
    object: application({
      sync: { status: 'OutOfSync', comparedTo: { source } },
      health: { status: 'Healthy' },
      operationState: { message: 'successfully synced', syncResult: { source: before } },
    }),
    want: { status: 'Progressing', message: 'successfully synced' },
  },
  {
    reason: 'one whose first sync is on its way, and nothing of which is sick',
    object: application({
      sync: { status: 'OutOfSync', comparedTo: { source } },
      health: { status: 'Healthy' },
      operationState: { phase: 'Running', message: 'waiting for healthy state', syncResult: { source } },
    }),
    want: { status: 'Progressing', message: 'waiting for healthy state' },
  },
  {
    reason: 'one that differs from Git after its sync, as long as it says that it is healthy',
    object: application({
      sync: { status: 'OutOfSync', comparedTo: { source } },
      health: { status: 'Healthy' },
      operationState: { phase: 'Succeeded', syncResult: { source } },
    }),
    want: { status: 'Healthy', message: '' },
  },
  {
    reason: 'one with a warning that does not concern its health',
    object: application({
      sync: { status: 'Synced', comparedTo: { source } },
      health: { status: 'Healthy' },
      conditions: [{ type: 'OrphanedResourceWarning', message: 'one orphan' }],
    }),
    want: { status: 'Healthy', message: '' },
  },
  {
    reason: 'one with a word of its own',
    object: application({
      sync: { status: 'Synced', comparedTo: { source } },
      health: { status: 'Degraded', message: 'a Pod crashes' },
    }),
    want: { status: 'Degraded', message: 'a Pod crashes' },
  },
];

describe('the health of an Application, for which the waves of the root wait', () => {
  test.each(cases)('of $reason', async ({ object, want }) => {
    const lua = await new LuaFactory().createEngine();
    lua.global.set('obj', object);
    const health: unknown = await lua.doString(read(`${platform}/argocd/application-health.lua`));
    lua.global.close();
    expect(health).toEqual(want);
  });
});
