import type { z } from 'zod';
import { liveEvents, predecessorError, stateEvent } from './event-schemas.ts';
import { answer, job } from './request-schemas.ts';
import { completed, deadHeaders, failed, refused } from './result-schemas.ts';

/** One kind of message. */
export interface MessageKind {
  readonly summary: string;
  /** Undefined where it may be anything. */
  readonly payload: z.ZodType | undefined;
  /** Whether it may also be the `data` of a CloudEvent. */
  readonly enveloped?: true;
  readonly headers?: z.ZodType;
  /** JSON when absent. */
  readonly contentType?: string;
}

/** Where messages go, and of which kinds. */
export interface Channel {
  readonly server: 'nats' | 'redis' | 'http' | 'websocket';
  readonly address: string;
  /** What stands in the braces of the address. */
  readonly parameter?: readonly [name: string, description: string];
  /** `receive` is what the worker takes. */
  readonly action: 'send' | 'receive';
  readonly summary: string;
  readonly messages: Readonly<Record<string, MessageKind>>;
}

const CLOUD_EVENT = 'application/cloudevents+json';
const anyToken = ['any', 'Any one token'] as const;

const asked = {
  answer: { summary: 'Answers what a job asks a person', payload: answer, enveloped: true },
  job: { summary: 'Asks for a job', payload: job, enveloped: true },
} satisfies Record<string, MessageKind>;

/** What is told of jobs, by the last token of its subject. */
const told: Readonly<Record<string, MessageKind>> = {
  completed: { summary: 'A job is completed, or waits for a person', payload: completed },
  failed: { summary: 'A job failed, or was cancelled', payload: failed },
  refused: { summary: 'A message is no job, or its id is that of another one', payload: refused },
};

const dead: MessageKind = {
  summary: 'A message that was put aside, as it came',
  payload: undefined,
  headers: deadHeaders,
  contentType: 'application/octet-stream',
};

function kindOf(payload: z.ZodType): MessageKind {
  return { summary: payload.description ?? '', payload };
}

const live = Object.fromEntries(Object.entries(liveEvents).map(([type, payload]) => [type, kindOf(payload)]));
const { error: _, ...liveButErrors } = live;

/** What goes over NATS, by the name of its channel. */
function overNats(prefix: string): Readonly<Record<string, Channel>> {
  const taken = { server: 'nats', parameter: anyToken, action: 'receive' } as const;
  const sent = { server: 'nats', action: 'send' } as const;
  const results = Object.entries(told).map(([name, message]): [string, Channel] => {
    const { summary } = message;
    const messages = { [name]: { ...message, contentType: CLOUD_EVENT } };
    return [name, { ...sent, address: `${prefix}.status.${name}`, summary, messages }];
  });
  return {
    execute: {
      ...taken,
      address: `${prefix}.execute.{any}`,
      summary:
        'Jobs: bare, or in a CloudEvent of structured mode (`data`, `data_base64`) or of binary mode (`ce-` headers)',
      messages: asked,
    },
    resume: {
      ...taken,
      address: `${prefix}.resume.{any}`,
      summary: 'Answers to what jobs ask people, in the same forms',
      messages: { answer: asked.answer },
    },
    ...Object.fromEntries(results),
    dead: { ...sent, address: `${prefix}.dead`, summary: dead.summary, messages: { dead } },
  };
}

function followed(parameter: string) {
  return { parameter: [parameter, 'The id of the job'], action: 'send' } as const;
}

/** What is told of jobs while they run. */
const whileRunning: Readonly<Record<string, Channel>> = {
  live: {
    ...followed('job_id'),
    server: 'redis',
    address: 'langgraph:stream:{job_id}',
    summary: 'What happens in a job, as it happens (pub/sub)',
    messages: live,
  },
  events: {
    ...followed('id'),
    server: 'http',
    address: '/jobs/{id}/events',
    summary: 'The same as `data` of server-sent events, from the start or after `Last-Event-ID`',
    messages: { ...live, state: kindOf(stateEvent) },
  },
  predecessor: {
    ...followed('thread_id'),
    server: 'websocket',
    address: '/deepagents-runtime/stream/{thread_id}',
    summary: 'The same as clients of deepagents-runtime hear it, from the start',
    messages: { ...liveButErrors, predecessor_error: kindOf(predecessorError) },
  },
};

/** Every channel of a worker with this subject prefix, by its name. */
export function channels(prefix: string): Readonly<Record<string, Channel>> {
  return { ...overNats(prefix), ...whileRunning };
}
