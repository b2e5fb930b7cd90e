import type { Claim } from '../composition/contract.ts';

/** What part of the claim's application an object is, in the sense of `app.kubernetes.io/component`: a word such as `cache`. */
export type Component = string;

/**
 * The labels that every object of a claim bears.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
 */
export function labels(claim: Claim, component: Component): Record<string, string> {
  return { ...selector(claim, component), 'app.kubernetes.io/managed-by': 'zerotouch' };
}

/** Prefixes of labels by which tools and operators know what is theirs; `example.org/` stands for its subdomains too. */
const kept =
  /^([-a-z0-9.]+\.)?(argoproj\.io|fluxcd\.io|helm\.sh|k14s\.io|cattle\.io|crossplane\.io|upbound\.io|kubernetes\.io|k8s\.io|cnpg\.io|dragonflydb\.io|bizmatters\.io)\//;

/**
 * What people say about a claim, such as its team, its objects bear too. Not what a GitOps tool writes: it would take the objects for its
 * own and delete them, since they are in no repository.
 */
function passedOn({ labels: own = {} }: Claim): Record<string, string> {
  return Object.fromEntries(
    Object.entries(own).filter(([key]) => key === 'app.kubernetes.io/part-of' || !kept.test(key)),
  );
}

/** The labels that select a claim's Pods. They can never change: a Deployment's selector is immutable. */
export function selector(claim: Claim, component: Component): Record<string, string> {
  return { 'app.kubernetes.io/name': claim.name, 'app.kubernetes.io/component': component };
}

/** Name, namespace and labels of an object of the claim. The name defaults to the claim's own. */
export function metadata(claim: Claim, component: Component, name = claim.name) {
  return { name, namespace: claim.namespace, labels: { ...passedOn(claim), ...labels(claim, component) } };
}
