import type {
  Composed,
  Condition,
  Observed,
  ResourceSelector,
  Response,
  Result,
  ServedKind,
} from '../composition/contract.ts';
import { object } from '../composition/read.ts';
import type { Received } from './request.ts';
import { decodeEntry, decodeResource, eachField, merged } from './request.ts';
import * as wire from './sdk.ts';
import { NotJson, writeStruct } from './struct.ts';
import { WireWriter } from './writer.ts';

/**
 * Encodes a RunFunctionResponse to this request. What earlier steps of the pipeline want stays as it came,
 * with three exceptions: a resource of ours replaces one of the same key; on the composite resource we set
 * apiVersion, kind and each member of `status` that we have, and leave every other field and member.
 * @throws NotJson when a composed resource or the status holds what JSON cannot say
 */
export function encodeResponse(response: Response, received: Received): Buffer {
  try {
    return write(response, received);
  } finally {
    writer.reset();
  }
}

/** Calls are answered one at a time, each in one go, so they can share the room. */
const writer = new WireWriter();

// Written from the end: the last field first.
function write(response: Response, received: Received): Buffer {
  eachFromEnd(response.conditions, writeCondition);
  writeRequirements(response);
  if (received.context !== undefined) writer.bytes(wire.response.context, received.context);
  eachFromEnd(response.results, writeResult);
  writeDesired(response, received);
  writeMeta(received.tag, response.ttl);
  return writer.finish();
}

function writeMeta(tag: string, ttl: number): void {
  const meta = writer.length;
  const lifetime = writer.length;
  writer.number(wire.duration.seconds, ttl);
  writer.message(wire.responseMeta.ttl, lifetime);
  writer.text(wire.responseMeta.tag, tag);
  writer.message(wire.response.meta, meta);
}

function writeDesired(response: Response, { desired, composite }: Received): void {
  const earlier = findDesired(desired);
  const mark = writer.length;
  eachFromEnd(response.resources, (composed) => {
    writeComposed(composed);
    earlier.resources.delete(composed.key);
  });
  eachFromEnd([...earlier.resources.values()], (entry) => writer.bytes(wire.state.resources, entry));
  writeComposite(response.status, composite ?? {}, earlier.composite);
  if (writer.length > mark) writer.message(wire.response.desired, mark);
}

interface Desired {
  composite: Uint8Array | undefined;
  /** Whole entries by their key. */
  readonly resources: Map<string, Uint8Array>;
}

function findDesired(state: Uint8Array): Desired {
  const desired: Desired = { composite: undefined, resources: new Map() };
  eachField(state, (field, content) => {
    if (field === wire.state.composite) desired.composite = merged(desired.composite, content);
    if (field === wire.state.resources) desired.resources.set(decodeEntry(content)[0], content);
  });
  return desired;
}

function writeComposed({ key, object: manifest, readiness }: Composed): void {
  const entry = writer.length;
  const { READY_TRUE, READY_FALSE } = wire.ready;
  writer.number(wire.resource.ready, readiness.ready ? READY_TRUE : READY_FALSE);
  writeObject(manifest, `resource ${key}`);
  writer.message(wire.entry.value, entry);
  writer.text(wire.entry.key, key);
  writer.message(wire.state.resources, entry);
}

function writeComposite(status: object | null, observed: Observed, earlier: Uint8Array | undefined): void {
  if (status === null) {
    if (earlier !== undefined) writer.bytes(wire.state.composite, earlier);
    return;
  }
  const mark = writer.length;
  const before = earlier === undefined ? {} : decodeResource(earlier);
  const { apiVersion, kind } = observed;
  const after = { ...before, apiVersion, kind, status: { ...object(before.status), ...status } };
  writeObject(after, 'composite resource');
  // Of a field that comes twice the later one counts, so all but the object itself stays as it was.
  if (earlier !== undefined) writer.raw(earlier);
  writer.message(wire.state.composite, mark);
}

function writeObject(manifest: object, what: string): void {
  const mark = writer.length;
  try {
    writeStruct(writer, manifest);
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    throw new NotJson(`cannot encode the ${what}: ${error.message}`);
  }
  writer.message(wire.resource.resource, mark);
}

function writeResult({ severity, message }: Result): void {
  const { SEVERITY_FATAL, SEVERITY_WARNING } = wire.severity;
  const mark = writer.length;
  writer.number(wire.result.target, wire.target.TARGET_COMPOSITE);
  writer.text(wire.result.message, message);
  writer.number(wire.result.severity, severity === 'fatal' ? SEVERITY_FATAL : SEVERITY_WARNING);
  writer.message(wire.response.results, mark);
}

function writeCondition({ type, status, reason, message }: Condition): void {
  const mark = writer.length;
  writer.number(wire.condition.target, wire.target.TARGET_COMPOSITE);
  if (message !== undefined) writer.text(wire.condition.message, message);
  writer.text(wire.condition.reason, reason);
  writer.number(wire.condition.status, statusNumbers[status]);
  writer.text(wire.condition.type, type);
  writer.message(wire.response.conditions, mark);
}

const statusNumbers = {
  True: wire.status.STATUS_CONDITION_TRUE,
  False: wire.status.STATUS_CONDITION_FALSE,
  Unknown: wire.status.STATUS_CONDITION_UNKNOWN,
} as const;

function writeRequirements({ requirements, schemas }: Response): void {
  const mark = writer.length;
  eachFromEnd(Object.entries(schemas), writeSchemaRequirement);
  eachFromEnd(Object.entries(requirements), writeRequirement);
  if (writer.length > mark) writer.message(wire.response.requirements, mark);
}

function writeRequirement([key, selector]: readonly [string, ResourceSelector]): void {
  const entry = writer.length;
  writer.text(wire.selector.namespace, selector.namespace);
  writer.text(wire.selector.matchName, selector.name);
  writer.text(wire.selector.kind, selector.kind);
  writer.text(wire.selector.apiVersion, selector.apiVersion);
  writer.message(wire.entry.value, entry);
  writer.text(wire.entry.key, key);
  writer.message(wire.requirements.resources, entry);
}

function writeSchemaRequirement([key, { apiVersion, kind }]: readonly [string, ServedKind]): void {
  const entry = writer.length;
  writer.text(wire.schemaSelector.kind, kind);
  writer.text(wire.schemaSelector.apiVersion, apiVersion);
  writer.message(wire.entry.value, entry);
  writer.text(wire.entry.key, key);
  writer.message(wire.requirements.schemas, entry);
}

function eachFromEnd<Member>(list: readonly Member[], write: (member: Member) => void): void {
  for (const member of list.toReversed()) write(member);
}
