import type { IVolume as Volume } from 'kubernetes-models/v1/Volume';
import type { IVolumeMount as VolumeMount } from 'kubernetes-models/v1/VolumeMount';
import type { Claim, Condition, Context, Observed, ResourceSelector } from '../../composition/contract.ts';
import { textsOf } from '../../composition/read.ts';
import type { Spec } from './xr.gen.ts';

/** Where the workers find the definitions: every `<name>.json` of all ConfigMaps, in one folder. */
export const agentsFolder = '/etc/agents';

const volumeName = 'agent-definitions';

export const agentsCondition = 'AgentsReady';

export function hasAgents({ spec }: Claim<Spec>): boolean {
  return spec.agents !== undefined;
}

/** None is optional: workers that have not all of their agents do not start. Those that run see a change within a minute. */
export function agentVolumes(claim: Claim<Spec>): Volume[] {
  if (!hasAgents(claim)) return [];
  const sources = configMaps(claim).map((name) => ({ configMap: { name } }));
  return [{ name: volumeName, projected: { sources } }];
}

export function agentMounts(claim: Claim<Spec>): VolumeMount[] {
  return hasAgents(claim) ? [{ name: volumeName, mountPath: agentsFolder, readOnly: true }] : [];
}

/** Asked for by name, so that Crossplane looks at no others and a missing one can be named. */
export function agentRequirements(claim: Claim<Spec>): Record<string, ResourceSelector> {
  const { namespace } = claim;
  return Object.fromEntries(
    configMaps(claim).map((name) => [keyOf(name), { apiVersion: 'v1', kind: 'ConfigMap', name, namespace }]),
  );
}

/** Every ConfigMap that the Pods wait for, and every file that is no agent; undefined where the claim names none. */
export function agentsReady(claim: Claim<Spec>, context: Context): Condition | undefined {
  if (!hasAgents(claim)) return undefined;
  const type = agentsCondition;
  const lookups = configMaps(claim).map((name) => ({ name, found: context.required(keyOf(name)) }));
  if (lookups.some(({ found }) => found === undefined))
    return {
      type,
      status: 'Unknown',
      reason: 'LookingUp',
      message: 'The ConfigMaps have not been looked up.',
    };
  const missing = lookups.filter(({ found }) => found === null).map(({ name }) => `ConfigMap ${name}`);
  if (missing.length > 0)
    return { type, status: 'False', reason: 'Missing', message: `Pods wait for ${missing.join(', ')}.` };
  const problems = problemsOf(lookups.flatMap(({ name, found }) => filesOf(name, found ?? {})));
  const empty = lookups.filter(({ name, found }) => filesOf(name, found ?? {}).length === 0);
  const all = [...empty.map(({ name }) => `ConfigMap ${name} has no file that ends in .json`), ...problems];
  if (all.length === 0) return { type, status: 'True', reason: 'Found' };
  return { type, status: 'False', reason: 'NotUsable', message: `${all.join('; ')}.` };
}

function configMaps({ spec }: Claim<Spec>): readonly string[] {
  return spec.agents?.configMaps ?? [];
}

function keyOf(name: string): string {
  return `agents-${name}`;
}

interface AgentFile {
  readonly configMap: string;
  readonly file: string;
  readonly content: string;
}

function filesOf(configMap: string, found: Observed): AgentFile[] {
  return Object.entries(textsOf(found.data))
    .filter(([file]) => file.endsWith('.json'))
    .map(([file, content]) => ({ configMap, file, content }));
}

/** What a worker could not take, or the kubelet would leave out: of two files of one name the folder has one. */
function problemsOf(files: readonly AgentFile[]): string[] {
  return files.flatMap(({ configMap, file, content }, index) => {
    const other = files.slice(0, index).find((earlier) => earlier.file === file);
    return [
      ...(other === undefined
        ? []
        : [`${file} stands in ConfigMap ${other.configMap} and in ConfigMap ${configMap}`]),
      ...(isJsonObject(content) ? [] : [`${file} in ConfigMap ${configMap} is no JSON object`]),
    ];
  });
}

function isJsonObject(content: string): boolean {
  try {
    const value: unknown = JSON.parse(content);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
