import type { Context, Problem } from '../composition/contract.ts';
import { ratcheted } from '../composition/ratchet.ts';
import { at, list } from '../composition/read.ts';
import { isInside, parseCidr } from './cidr.ts';
import type { AllowedEgress } from './egress.ts';
import { checkLabels } from './labels.ts';

/** Rules of `spec.egress` for nobody, and addresses that the API server would refuse in the NetworkPolicy. */
export function checkEgress(rules: readonly AllowedEgress[] = [], context: Context): Problem[] {
  return rules.flatMap((rule, index) => checkRule(`spec.egress[${index}]`, rule, context));
}

/** A rule for nobody and a rule for everybody look alike, so that neither is guessed from one that says both or nothing. */
function checkRule(
  path: string,
  { cidr, except = [], namespace, pods }: AllowedEgress,
  context: Context,
): Problem[] {
  const labels = checkLabels(`${path}.pods`, pods);
  const isForPods = namespace !== undefined || pods !== undefined;
  if (cidr === undefined) {
    if (!isForPods) return [{ path, message: 'either cidr is needed, or namespace, pods or both' }];
    return except.length === 0 ? labels : [{ path: `${path}.except`, message: 'is nothing without cidr' }];
  }
  if (isForPods) return [{ path, message: 'has both cidr and Pods; write two rules' }];
  return ratcheted(checkBlock(path, cidr, except), hasBlock(context, cidr, except));
}

/** Whether the policy as it stands has these addresses: then the API server took them, and all that is to be said is that it may not for ever. */
function hasBlock(context: Context, cidr: string, except: readonly string[]): boolean {
  return list(at(context.observed('network-policy'), 'spec', 'egress'))
    .flatMap((rule) => list(at(rule, 'to')))
    .some(
      (peer) =>
        at(peer, 'ipBlock', 'cidr') === cidr &&
        JSON.stringify(list(at(peer, 'ipBlock', 'except'))) === JSON.stringify(except),
    );
}

function checkBlock(path: string, cidr: string, except: readonly string[]): Problem[] {
  const outer = parseCidr(cidr);
  const own = 'why' in outer ? [{ path: `${path}.cidr`, message: outer.why }] : [];
  const inner = except.flatMap((text, index): Problem[] => {
    const block = parseCidr(text);
    const at = `${path}.except[${index}]`;
    if ('why' in block) return [{ path: at, message: block.why }];
    if ('why' in outer || isInside(block, outer)) return [];
    return [{ path: at, message: `${text} is not a part of ${cidr}` }];
  });
  return [...own, ...inner];
}
