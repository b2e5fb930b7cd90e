import type { Claim, Condition, Context, Observed, ResourceSelector } from '../../../composition/contract.ts';
import { at, number, text } from '../../../composition/read.ts';
import { phaseOf, unready } from '../../../kube/ready.ts';
import { importKey, importOrigin, importRequirement } from './import.ts';
import { wasStarted } from '../live.ts';
import type { Names, Origin } from './origin.ts';
import { asMade, namesIn, namesOf } from './origin.ts';
import { readsArchive, restoreOrigin, restoreRequirements } from './restore.ts';
import type { DatabaseState } from '../status.ts';
import type { Spec } from '../xr.gen.ts';

const jobKey = 'filling-job';

/** What has to be looked up before a database can be filled, and to tell how far that is. */
export function fillingRequirements(claim: Claim<Spec>): Record<string, ResourceSelector> {
  const { restore, import: imported } = claim.spec;
  if (restore === undefined && imported === undefined) return {};
  const { namespace } = claim;
  return {
    ...(restore === undefined ? {} : restoreRequirements(claim, restore)),
    ...(imported === undefined ? {} : { [importKey]: importRequirement(claim, imported.secret) }),
    [jobKey]: { apiVersion: 'batch/v1', kind: 'Job', name: jobName(claim), namespace },
  };
}

/** Where the content of the claim's database comes from. */
export function originOf(claim: Claim<Spec>, context: Context, live: Observed | undefined): Origin {
  const origin = asMade(originAsked(claim, context), live);
  // A claim that a cluster has had for long was filled, wherever its source is now.
  if (context.stored === true && origin.kind === 'waiting')
    return alreadyFilled(origin.names, 'a source that is not known here');
  return origin.kind === 'empty'
    ? { kind: 'empty', names: namesOf(claim, live === undefined ? {} : namesIn(live)) }
    : origin;
}

function alreadyFilled(names: Names, told: string): Origin {
  return {
    kind: 'source',
    names,
    fill: { bootstrap: { recovery: { ...names } }, externalClusters: [] },
    told,
  };
}

function originAsked(claim: Claim<Spec>, context: Context): Origin {
  const { restore, import: imported } = claim.spec;
  if (restore !== undefined) return restoreOrigin(claim, restore, context);
  if (imported !== undefined) return importOrigin(claim, imported.secret, context.required(importKey));
  return { kind: 'empty', names: namesOf(claim) };
}

/** The Job with which CloudNativePG fills the first instance. */
function jobName({ name, spec }: Claim<Spec>): string {
  if (spec.restore === undefined) return `${name}-1-import`;
  return `${name}-1-${readsArchive(spec.restore) ? 'full-recovery' : 'pgbasebackup'}`;
}

/**
 * How far a database is filled and what went wrong, as a condition and, until it is filled, as the state of the
 * database itself. CloudNativePG reports neither before it has given up, after some ten minutes; the Job that it runs
 * counts its failures from the first.
 */
export function filling(
  claim: Claim<Spec>,
  context: Context,
  live: Observed | undefined,
  origin: Origin,
): { readonly conditions: readonly Condition[]; readonly state?: DatabaseState } {
  if (origin.kind === 'empty') return { conditions: [] };
  const type = claim.spec.restore === undefined ? 'Imported' : 'Restored';
  if (origin.kind === 'waiting') {
    const { reason, message, failed } = origin;
    const phase = failed ? 'Failed' : 'Pending';
    return {
      conditions: [{ type, status: 'False', reason, message }],
      state: { phase, message, reason, readiness: unready(message) },
    };
  }
  if (wasStarted(live))
    return { conditions: [{ type, status: 'True', reason: 'Filled', message: `From ${origin.told}.` }] };
  const failures = number(at(context.required(jobKey) ?? undefined, 'status', 'failed')) ?? 0;
  const { reason, message } = progress(claim, live, origin.told, failures);
  const phase = failures > 0 ? 'Failed' : 'Provisioning';
  return {
    conditions: [{ type, status: 'False', reason, message }],
    state: { phase, message, reason, readiness: unready(message) },
  };
}

function progress(
  claim: Claim<Spec>,
  live: Observed | undefined,
  told: string,
  failures: number,
): { reason: string; message: string } {
  if (failures > 0) {
    const job = jobName(claim);
    const times = failures === 1 ? 'once' : `${failures} times`;
    const message = `Filling the database from ${told} failed ${times}.${advice(claim)} The log says why: kubectl logs -n ${claim.namespace} -l job-name=${job} --all-containers --prefix --tail=20`;
    return { reason: 'FillingFails', message };
  }
  const phase = phaseOf(live);
  const reason = text(at(live, 'status', 'phaseReason')).replace(/\.$/, '');
  const said = [phase, reason].filter((part) => part !== '').join(': ');
  return { reason: 'Filling', message: `Is being filled from ${told}.${said === '' ? '' : ` ${said}.`}` };
}

/** What is wrong most often, where it is not the server's own business. */
function advice({ spec: { restore, import: imported } }: Claim<Spec>): string {
  if (imported !== undefined)
    return ` Is the server reachable from here, and may the user of Secret ${imported.secret} read everything in the database?`;
  if (restore === undefined || !readsArchive(restore)) return '';
  return restore.at === undefined
    ? ' Is there a base backup under that name?'
    : ' Is there a base backup under that name that was complete before that moment, and does the log reach up to it?';
}
