import type { Claim, Composition, Context, Kind } from './contract.ts';

/** What a kind threw, and for which claim: a bug of ours, since a user's mistake is an answer. The spec is not told. */
export class CompositionFailure extends Error {
  override readonly name = 'CompositionFailure';
  /** Of the claim. */
  readonly claim: { readonly kind: string; readonly namespace: string; readonly name: string };

  constructor({ kind }: Kind, { namespace, name }: Claim, cause: unknown) {
    super(`cannot compose ${kind} ${namespace}/${name}`, { cause });
    this.claim = { kind, namespace, name };
  }

  /** For the author of the claim, who may see what is in it, and has to know that nothing comes of it. */
  get explained(): string {
    return `${this.message}: the function fails on it, which is a bug of the function's: ${String(this.cause)}`;
  }
}

/**
 * What the kind makes of the claim.
 * @throws CompositionFailure with whatever the kind threw as its cause
 */
export function composeClaim(kind: Kind, claim: Claim, context: Context): Composition {
  try {
    return kind.compose(claim, context);
  } catch (error) {
    throw new CompositionFailure(kind, claim, error);
  }
}
