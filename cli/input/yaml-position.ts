import type { Event } from 'js-yaml';
import { EVENT_ID, getScalarValue, SCALAR_STYLE } from 'js-yaml';
import type { YamlDocument } from '../../render/yaml/read.ts';

/** A place in a text; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/**
 * Where a field path such as `spec.env[2].name` stands in the document. Of a path that is not there, as of a field
 * that is missing, the place of the nearest thing around it.
 */
export function locate(document: YamlDocument, path: string): Place {
  const first = document.events[0];
  const around = (first && startOf(first)) ?? 0;
  return placeAt(document, find(document, { index: 0, around }, path));
}

/** A node of the document: the index of its first event, and the offset of what holds it. */
interface Node {
  readonly index: number;
  readonly around: number;
}

/** The offset of the path below the node. */
function find(document: YamlDocument, node: Node, path: string): number {
  const event = document.events[node.index];
  if (event === undefined || path === '') return node.around;
  if (event.type === EVENT_ID.MAPPING) return findKey(document, node, path);
  if (event.type === EVENT_ID.SEQUENCE) return findMember(document, node, path);
  return node.around;
}

function findKey(document: YamlDocument, { index, around }: Node, path: string): number {
  const { events, source } = document;
  const name = path.startsWith('.') ? path.slice(1) : path;
  let best: { readonly key: string; readonly offset: number; readonly value: number } | undefined;
  let at = index + 1;
  while (events[at] !== undefined && events[at]?.type !== EVENT_ID.POP) {
    const key = events[at];
    const value = after(document, at);
    const text = key?.type === EVENT_ID.SCALAR ? getScalarValue(source, key) : undefined;
    // A key may hold dots itself, so the longest one that fits is meant.
    if (text !== undefined && startsWithName(name, text) && text.length >= (best?.key.length ?? 0))
      best = { key: text, offset: (key && startOf(key)) ?? around, value };
    at = after(document, value);
  }
  return best === undefined
    ? around
    : find(document, { index: best.value, around: best.offset }, name.slice(best.key.length));
}

function findMember(document: YamlDocument, { index, around }: Node, path: string): number {
  const { events } = document;
  const [whole = '', digits] = /^\[(\d+)\]/.exec(path) ?? [];
  if (digits === undefined) return around;
  const at = membersOf(document, index)[Number(digits)];
  const member = at === undefined ? undefined : events[at];
  if (at === undefined || member === undefined) return around;
  return find(document, { index: at, around: startOf(member) ?? around }, path.slice(whole.length));
}

/** Where the members of each sequence are, once somebody has asked: a List has thousands, each looked for by itself. */
const known = new WeakMap<YamlDocument, Map<number, readonly number[]>>();

/** The index of each member of the sequence at the index. */
function membersOf(document: YamlDocument, index: number): readonly number[] {
  const sequences = known.get(document) ?? new Map<number, readonly number[]>();
  known.set(document, sequences);
  const found = sequences.get(index);
  if (found !== undefined) return found;
  const members: number[] = [];
  const { events } = document;
  for (let at = index + 1; at < events.length && events[at]?.type !== EVENT_ID.POP; at = after(document, at))
    members.push(at);
  sequences.set(index, members);
  return members;
}

/** The index behind the node at the index. */
function after({ behind }: YamlDocument, index: number): number {
  return behind[index] ?? index + 1;
}

function startsWithName(path: string, name: string): boolean {
  return path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[`);
}

function startOf(event: Event): number | undefined {
  switch (event.type) {
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return event.start;
    case EVENT_ID.SCALAR: {
      if (event.valueStart < 0) return undefined;
      const quoted = event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
      return event.valueStart - (quoted ? 1 : 0);
    }
    case EVENT_ID.ALIAS:
      return event.anchorStart - 1;
    case EVENT_ID.DOCUMENT:
    case EVENT_ID.POP:
      return undefined;
  }
}

function placeAt({ lineStarts }: YamlDocument, offset: number): Place {
  let [line, end] = [0, lineStarts.length];
  while (end - line > 1) {
    const middle = Math.floor((line + end) / 2);
    if ((lineStarts[middle] ?? 0) <= offset) line = middle;
    else end = middle;
  }
  return { line: line + 1, column: offset - (lineStarts[line] ?? 0) + 1 };
}
