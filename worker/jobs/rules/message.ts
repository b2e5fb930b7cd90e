import { MAX_LEVELS, isJsonObject, isTooDeep } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { JobRequest, Problem } from '../../ports.ts';
import { newTraceparent } from '../digest.ts';
import { open } from './open-message.ts';
import type { Headers } from './open-message.ts';
import { optionsJson, readOptions } from './options.ts';

/** What a message asks for: a job, whose definition may have yet to be found. */
export interface AskedJob extends Omit<JobRequest, 'definition'> {
  readonly definition: JsonObject | undefined;
}

/** What a message turned out to be. */
export type Message<Asked = AskedJob> =
  | { readonly kind: 'job'; readonly request: Asked }
  | {
      readonly kind: 'invalid';
      readonly problems: readonly Problem[];
      /** Read as far as they can be, so that whoever waits for the job hears of it. */
      readonly jobId: string | undefined;
      readonly traceId: string | undefined;
      readonly traceparent: string | undefined;
    };

/** A job id becomes a key in Redis, a path in a URL and a header in NATS. */
export const MAX_ID_LENGTH = 200;
// W3C Trace Context, level 1: version, trace id, parent id, flags; neither id may be all zeroes.
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** Collects what is wrong while the fields are read. */
interface Reader {
  readonly payload: JsonObject;
  readonly path: string;
  readonly problems: Problem[];
}

function refuse({ path, problems }: Reader, name: string, message: string): undefined {
  problems.push({ path: path === '' ? name : `${path}.${name}`, message });
}

function readId(reader: Reader, name: string): string | undefined {
  const value = reader.payload[name];
  if (typeof value !== 'string' || value.trim() === '')
    return refuse(reader, name, 'expected a text that is not blank');
  const text = value.trim();
  if (text.length > MAX_ID_LENGTH)
    return refuse(reader, name, `expected at most ${MAX_ID_LENGTH} characters`);
  if (/\p{Cc}/u.test(text)) return refuse(reader, name, 'expected no control characters');
  return text;
}

function readObject(reader: Reader, name: string, mayBeEmpty = false): JsonObject | undefined {
  const value = reader.payload[name];
  if (!isJsonObject(value) || (Object.keys(value).length === 0 && !mayBeEmpty))
    return refuse(reader, name, 'expected an object that is not empty');
  if (isTooDeep(value))
    return refuse(reader, name, `expected at most ${MAX_LEVELS} levels of lists and objects`);
  return value;
}

/** A field that may be absent, or null. */
function readOptional<T>(
  reader: Reader,
  name: string,
  read: (reader: Reader, name: string) => T | undefined,
): T | undefined {
  const value = reader.payload[name];
  return value === undefined || value === null ? undefined : read(reader, name);
}

function readAlways<T>(
  reader: Reader,
  name: string,
  read: (reader: Reader, name: string) => T | undefined,
): T | undefined {
  return read(reader, name);
}

/** LangGraph takes an answer for that of one question when it is under the id of it, which looks like this. */
export const QUESTION_ID = /^[0-9a-f]{32}$/;

function readQuestion(reader: Reader, name: string): string | undefined {
  const id = readId(reader, name);
  if (id === undefined || QUESTION_ID.test(id)) return id;
  return refuse(reader, name, 'expected the `id` of one of the `interrupts` of a result');
}

/** `resume` answers what the thread asks a person, or one question of it; a `run` says more than that. */
function runOf(reader: Reader): JsonObject | undefined {
  const run = readOptional(reader, 'run', (from, name) => readObject(from, name, true));
  const question = readOptional(reader, 'interrupt_id', readQuestion);
  const { resume } = reader.payload;
  if (resume === undefined || resume === null) {
    if (question === undefined) return run;
    return refuse(reader, 'resume', 'expected the answer to the question that `interrupt_id` names');
  }
  if (reader.payload['thread_id'] === undefined)
    refuse(reader, 'thread_id', 'expected the thread of the question');
  if (isTooDeep(resume))
    return refuse(reader, 'resume', `expected at most ${MAX_LEVELS} levels of lists and objects`);
  return { ...run, command: { resume: question === undefined ? resume : { [question]: resume } } };
}

function optionsOf({ payload, path, problems }: Reader) {
  const given = payload['options'] ?? null;
  return given === null
    ? undefined
    : readOptions(given, path === '' ? 'options' : `${path}.options`, problems);
}

/** The input of a job that may go on without one. */
function inputOf(reader: Reader): JsonObject | undefined {
  return reader.payload['input_payload'] === undefined ? {} : readObject(reader, 'input_payload', true);
}

/** What stands for a definition that has yet to be found, or that was found before the job was written down. */
function sourceOf(
  payload: Json | undefined,
  definition: JsonObject | undefined,
  agent: string | undefined,
): string | undefined {
  if (definition === undefined) return agent === undefined ? 'thread' : `agent ${agent}`;
  const noted = isJsonObject(payload) ? payload['definition_from'] : undefined;
  return typeof noted === 'string' ? noted : undefined;
}

/** Reads a message from NATS or HTTP as a job, or says everything that is wrong with it. */
export function readMessage(headers: Headers, body: Uint8Array): Message {
  const { payload, path, traceparent: carried } = open(headers, body);
  const traceparent = typeof carried === 'string' && TRACEPARENT.test(carried) ? carried : undefined;
  const problems: Problem[] = [];
  const reader = { payload: isJsonObject(payload) ? payload : {}, path, problems };
  const jobId = readId(reader, 'job_id');
  const traceId = readId(reader, 'trace_id');
  const agent = readOptional(reader, 'agent', readId);
  const thread = readOptional(reader, 'thread_id', readId);
  const isNamed = agent !== undefined || thread !== undefined;
  const definition = (isNamed ? readOptional : readAlways)(reader, 'agent_definition', readObject);
  const run = runOf(reader);
  const input = run === undefined ? readObject(reader, 'input_payload') : inputOf(reader);
  const options = optionsOf(reader);
  if (jobId !== undefined && traceId !== undefined && input && problems.length === 0) {
    const definitionFrom = sourceOf(payload, definition, agent);
    return {
      kind: 'job',
      // A job is always part of a trace: of its publisher's, or of one that starts here.
      request: {
        jobId,
        traceId,
        definition,
        ...(definitionFrom !== undefined && { definitionFrom }),
        input,
        // A job without a thread has one of its own, and so has one that names itself.
        ...(thread !== undefined && thread !== jobId && { thread }),
        ...(run && { run }),
        ...(options && { options }),
        traceparent: traceparent ?? newTraceparent(jobId),
      },
    };
  }
  const whole: readonly Problem[] = [{ path, message: 'expected a JSON object that holds the job' }];
  return {
    kind: 'invalid',
    problems: isJsonObject(payload) ? problems : whole,
    jobId,
    traceId,
    traceparent,
  };
}

/** A job as the store has it, with its definition; undefined for a message that never was one. */
export function readStored(event: string | undefined): JobRequest | undefined {
  const message = event === undefined ? undefined : readMessage({}, new TextEncoder().encode(event));
  if (message?.kind !== 'job' || message.request.definition === undefined) return undefined;
  return { ...message.request, definition: message.request.definition };
}

/** The job as a structured CloudEvent: what is published for jobs over HTTP, and again when a message got lost. */
export function writeMessage(request: JobRequest): string {
  return JSON.stringify({
    specversion: '1.0',
    type: 'dev.my-platform.agent.execute',
    source: 'agent-executor-service',
    id: request.jobId,
    datacontenttype: 'application/json',
    traceparent: request.traceparent,
    data: {
      trace_id: request.traceId,
      job_id: request.jobId,
      agent_definition: request.definition,
      ...(request.definitionFrom !== undefined && { definition_from: request.definitionFrom }),
      input_payload: request.input,
      ...(request.thread !== undefined && { thread_id: request.thread }),
      ...(request.run && { run: request.run }),
      ...(request.options && { options: optionsJson(request.options) }),
    },
  });
}

/** Problems as one line of text. */
export function sentence(problems: readonly Problem[]): string {
  return problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
}
