import { ReducedValue, StateSchema } from '@langchain/langgraph';
import { createMiddleware } from 'langchain';
import type { AgentMiddleware } from 'langchain';
import { z } from 'zod';
import { canonicalJson, isJsonObject } from '../../json.ts';
import type { Json } from '../../json.ts';
import type { FieldType } from '../definition/definition.ts';

/** Keeps the fields that a definition declares in the state of an agent. */
export function declaredState(fields: ReadonlyMap<string, FieldType>): AgentMiddleware {
  const channels = [...fields].map(([name, type]) => [name, channel(type)] as const);
  return createMiddleware({
    name: 'DeclaredState',
    stateSchema: new StateSchema(Object.fromEntries(channels)),
  });
}

function channel(type: FieldType): ReducedValue<Json | undefined> {
  return new ReducedValue(z.custom<Json | undefined>(() => true).optional(), {
    reducer: (current, next) => joined(type, current, next),
  });
}

/**
 * A field after an update. A specialist hands back the whole list it started from, so what is in it already is not added again.
 */
export function joined(type: FieldType, current: Json | undefined, next: Json | undefined): Json | undefined {
  if (next === undefined || current === undefined) return next ?? current;
  if (type === 'list' && Array.isArray(current) && Array.isArray(next)) {
    const known = new Set(current.map(canonicalJson));
    return [...current, ...next.filter((item) => !known.has(canonicalJson(item)))];
  }
  if (type === 'dict' && isJsonObject(current) && isJsonObject(next)) return { ...current, ...next };
  return next;
}
