/** Why Crossplane would end a reconcile that the function did not end itself. */
export class ReconcileError extends Error {}
