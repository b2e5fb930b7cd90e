import type { JsonObject } from '../../functions/composition/contract.ts';
import { at, list, metadataOf, object, text } from '../../functions/composition/read.ts';
import type { Api } from '../engine/api.ts';
import { until } from '../engine/until.ts';
import { waveOf } from '../gitops/repositories.ts';

/** What Argo CD says of one Application. */
export interface Seen {
  readonly name: string;
  readonly wave: number;
  readonly sync: string;
  readonly health: string;
  /** The commits that it was compared with. */
  readonly revisions: readonly string[];
  /** How the last sync went, and what it said of itself and of each object. */
  readonly phase: string;
  readonly said: string;
  readonly conditions: string;
}

const ref = (name: string, kind = 'Application') => ({
  apiVersion: 'argoproj.io/v1alpha1',
  kind,
  metadata: { name, namespace: 'argocd' },
});

/** What an Application, as the API server has it, says. */
export function seen(application: JsonObject): Seen {
  const { sync, health, operationState, conditions } = object(application.status);
  const { revision, revisions } = object(sync);
  const results = list(at(operationState, 'syncResult', 'resources')).map((each) => {
    const { kind, name, message } = object(each);
    return `${text(kind)} ${text(name)}: ${text(message)}`;
  });
  return {
    name: metadataOf(application).name,
    wave: waveOf(application),
    sync: text(object(sync).status),
    health: text(object(health).status),
    revisions: [text(revision), ...list(revisions).map(text)],
    phase: text(object(operationState).phase),
    said: [text(object(operationState).message), ...results].join('\n'),
    conditions: list(conditions)
      .map((each) => `${text(object(each).type)}: ${text(object(each).message)}`)
      .join('\n'),
  };
}

/** Every Application. */
export async function applications(api: Api): Promise<Seen[]> {
  const found = await api.list('argoproj.io/v1alpha1', 'Application', 'argocd');
  return found.map((each) => seen(each as unknown as JsonObject));
}

/** Has Argo CD look at Git now, as a webhook would, and gives what it says then. */
export async function look(api: Api, name: string): Promise<Seen> {
  const annotations = { 'argocd.argoproj.io/refresh': 'normal' };
  return seen((await api.patch(ref(name), { metadata: { annotations } })) as unknown as JsonObject);
}

/** Has the generator of tenants look at the registry now. */
export async function lookForTenants(api: Api): Promise<void> {
  const annotations = { 'argocd.argoproj.io/application-set-refresh': 'true' };
  await api.patch(ref('tenants', 'ApplicationSet'), { metadata: { annotations } });
}

/** Waits until the Application is as wanted, looking at Git meanwhile. */
export async function becomes(
  api: Api,
  name: string,
  what: string,
  isSo: (application: Seen) => boolean,
  seconds = 300,
): Promise<Seen> {
  let last: Seen | undefined;
  return until(
    `Application ${name} ${what}`,
    async () => {
      last = await look(api, name);
      return isSo(last) && last;
    },
    { seconds, every: 1_000, describe: () => last },
  );
}

/** Waits until the Application is what Git says in this commit, and well. */
export function arrives(api: Api, name: string, commit?: string, seconds = 300): Promise<Seen> {
  const what = `is Synced and Healthy${commit === undefined ? '' : ` at ${commit}`}`;
  const isThere = ({ sync, health, revisions, phase }: Seen) =>
    sync === 'Synced' &&
    health === 'Healthy' &&
    phase === 'Succeeded' &&
    (commit === undefined || revisions.includes(commit));
  return becomes(api, name, what, isThere, seconds);
}
