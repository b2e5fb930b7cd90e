import type { Kind, Response, World } from '../composition/contract.ts';
import { dispatch } from '../composition/dispatch.ts';
import { harmlessName } from '../wire/harmless-name.ts';
import { metadataOf } from '../composition/read.ts';

import { decodeRequest } from '../wire/request.ts';
import type { Received } from '../wire/request.ts';
import { encodeResponse } from '../wire/response.ts';

/** All that a log or a metric may know of a call: names and numbers, nothing of what a spec or a Secret holds. */
export interface Facts {
  /** Of the kinds that there are, or `other`. */
  readonly kind: string;
  readonly tag: string;
  readonly namespace: string;
  readonly name: string;
  /** Composed resources in the answer. */
  readonly resources: number;
  readonly fatal: number;
  readonly ttl: number;
}

export interface Answer {
  readonly bytes: Buffer;
  readonly facts: Facts;
  /** The keys of composed resources and of what was asked for, which only a debug log has. */
  readonly detail: () => {
    readonly ready: string[];
    readonly unready: string[];
    readonly required: string[];
  };
}

/**
 * One RunFunction call, from bytes to bytes.
 * @throws Malformed when the request cannot be read
 */
export function answer(kinds: readonly Kind[], bytes: Uint8Array, world: World): Answer {
  const received = decodeRequest(bytes);
  const response = dispatch(kinds, received, world);
  return {
    bytes: encodeResponse(response, received),
    facts: factsOf(kinds, received, response),
    detail: () => {
      const keys = (ready: boolean) =>
        response.resources.filter(({ readiness }) => readiness.ready === ready).map(({ key }) => key);
      return { ready: keys(true), unready: keys(false), required: Object.keys(response.requirements) };
    },
  };
}

function factsOf(kinds: readonly Kind[], { tag, composite }: Received, response: Response): Facts {
  const { name, namespace } = metadataOf(composite ?? {});
  return {
    kind: kinds.find(({ kind }) => kind === composite?.kind)?.kind ?? 'other',
    tag: harmlessName(tag),
    namespace: harmlessName(namespace),
    name: harmlessName(name),
    resources: response.resources.length,
    fatal: response.results.filter(({ severity }) => severity === 'fatal').length,
    ttl: response.ttl,
  };
}
