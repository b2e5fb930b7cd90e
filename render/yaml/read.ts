import type { Event } from 'js-yaml';
import {
  constructFromEvents,
  defineScalarTag,
  EVENT_ID,
  FAILSAFE_SCHEMA,
  mergeTag,
  NOT_RESOLVED,
  parseEvents,
  YAMLException,
} from 'js-yaml';
import type { Json } from '../../functions/composition/contract.ts';
import type { Plain } from './plain-scalar.ts';
import { resolvePlain } from './plain-scalar.ts';

/** One document of a file: what it says, and from what places in the text are found. */
export interface YamlDocument {
  readonly value: Json;
  readonly source: string;
  /** The parser's events. */
  readonly events: readonly Event[];
  /** Of the node that each event begins, the index of the event behind it. */
  readonly behind: readonly number[];
  /** Offsets in the source at which its lines begin. */
  readonly lineStarts: readonly number[];
}

/** Why a text is not YAML that Kubernetes could read. Line and column count from 1. */
export class YamlError extends Error {
  readonly line: number;
  readonly column: number;

  constructor(reason: string, line: number, column: number, options?: ErrorOptions) {
    super(reason, options);
    this.line = line;
    this.column = column;
  }
}

/** Deeper than any claim. Beyond it the text is somebody's attempt at the stack. */
const deepest = 100;

/** Values after aliases are followed: a few anchors can stand for millions of them. */
const most = 200_000;

function plainTag(name: string, kind: Plain['kind']) {
  return defineScalarTag(`tag:yaml.org,2002:${name}`, {
    implicit: true,
    resolve(source) {
      const plain = resolvePlain(source);
      return plain.kind === kind ? plain.value : NOT_RESOLVED;
    },
    identify: () => false,
  });
}

/** Scalars mean what they mean to the API server, which reads YAML 1.1. */
const schema = FAILSAFE_SCHEMA.withTags(
  plainTag('null', 'null'),
  plainTag('bool', 'bool'),
  plainTag('int', 'number'),
  plainTag('float', 'number'),
  mergeTag,
);

/** Every document of a text that is not empty. Throws a YamlError for the first mistake. */
export function readYaml(source: string): YamlDocument[] {
  try {
    const events = parseEvents(source, { maxDepth: deepest });
    const values = constructFromEvents(events, { source, schema });
    const lineStarts = [0, ...Array.from(source.matchAll(/\n/g), ({ index }) => index + 1)];
    return split(events).flatMap((own, index) => {
      // JSON is all that these tags can make.
      const value = values[index] as Json;
      checkSize(value, own, source);
      const behind = behindEach(own);
      return value === null && isEmpty(own) ? [] : [{ value, source, events: own, behind, lineStarts }];
    });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const reason = error.reason.startsWith('nesting exceeded')
      ? `it is nested more than ${deepest} levels deep`
      : error.reason;
    throw new YamlError(reason, (error.mark?.line ?? 0) + 1, (error.mark?.column ?? 0) + 1, { cause: error });
  }
}

/** The events inside each document. */
function split(events: readonly Event[]): Event[][] {
  const documents: Event[][] = [];
  let depth = 0;
  for (const event of events) {
    if (event.type === EVENT_ID.DOCUMENT) documents.push([]);
    if (event.type === EVENT_ID.POP) depth--;
    if (depth > 0) documents.at(-1)?.push(event);
    if (event.type === EVENT_ID.DOCUMENT || isCollection(event)) depth++;
  }
  return documents;
}

function behindEach(events: readonly Event[]): number[] {
  const behind = events.map((_, index) => index + 1);
  const open: number[] = [];
  for (const [index, event] of events.entries()) {
    if (isCollection(event)) open.push(index);
    const opened = event.type === EVENT_ID.POP ? open.pop() : undefined;
    if (opened !== undefined) behind[opened] = index + 1;
  }
  return behind;
}

function isCollection(event: Event): boolean {
  return event.type === EVENT_ID.SEQUENCE || event.type === EVENT_ID.MAPPING;
}

/** A document without a word in it, as between two separators. */
function isEmpty(events: readonly Event[]): boolean {
  return events.every((event) => event.type === EVENT_ID.SCALAR && event.valueStart === -1);
}

function checkSize(value: Json, events: readonly Event[], source: string): void {
  if (!events.some(({ type }) => type === EVENT_ID.ALIAS)) return;
  let left = most;
  const pending: { readonly value: Json; readonly depth: number }[] = [{ value, depth: 0 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, depth } = next;
    if (--left < 0 || depth > deepest) {
      const start = source.length - source.trimStart().length;
      const line = source.slice(0, start).split('\n').length;
      throw new YamlError(
        `its aliases expand to more than ${most.toLocaleString('en')} values or ${deepest} levels`,
        line,
        1,
      );
    }
    if (typeof value !== 'object' || value === null) continue;
    for (const child of Object.values(value)) pending.push({ value: child, depth: depth + 1 });
  }
}
