import { z } from 'zod';
import manifest from '../../../package.json' with { type: 'json' };
import type { Json, JsonObject } from '../../json.ts';
import { BEARER, bearerScheme } from '../route.ts';
import { channels } from './channels.ts';
import type { Channel, MessageKind } from './channels.ts';

/**
 * A schema as documents of AsyncAPI have it unless they say otherwise: JSON Schema of draft 7. More than it names may come with a
 * later version, but for what is strict.
 */
function schemaOf(schema: z.ZodType): JsonObject {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  return rest as JsonObject;
}

function mapped<T>(all: Readonly<Record<string, T>>, one: (value: T, name: string) => Json): JsonObject {
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, one(value, name)]));
}

function payloadOf(name: string, enveloped = false): JsonObject {
  const alone = { $ref: `#/components/schemas/${name}` };
  if (!enveloped) return alone;
  const event = {
    type: 'object',
    properties: { data: alone },
    required: ['data'],
    additionalProperties: true,
  };
  return { anyOf: [alone, event] };
}

function messageOf(kind: MessageKind, name: string): JsonObject {
  const { summary, payload, enveloped, headers, contentType } = kind;
  return {
    name,
    summary,
    ...(contentType !== undefined && { contentType }),
    ...(headers && { headers: schemaOf(headers) }),
    ...(payload && { payload: payloadOf(name, enveloped) }),
  };
}

function channelOf({ address, server, summary, parameter, messages }: Channel): JsonObject {
  return {
    address,
    summary,
    servers: [{ $ref: `#/servers/${server}` }],
    ...(parameter && { parameters: { [parameter[0]]: { description: parameter[1] } } }),
    ...(server === 'websocket' && { bindings: { ws: { method: 'GET' } } }),
    messages: mapped(messages, (_, name) => ({ $ref: `#/components/messages/${name}` })),
  };
}

/** The hosts that the worker reaches itself stay out of a document that everybody may read. */
function serversAt({ host, protocol, pathname }: URL): JsonObject {
  const elsewhere = (variable: string) => ({
    host: '{host}',
    variables: { host: { description: `As \`${variable}\` of the worker has it` } },
  });
  const security = [{ $ref: `#/components/securitySchemes/${BEARER}` }];
  const [http, ws] = protocol === 'https:' ? ['https', 'wss'] : ['http', 'ws'];
  return {
    nats: { ...elsewhere('NATS_URL'), protocol: 'nats' },
    redis: { ...elsewhere('DRAGONFLY_HOST'), protocol: 'redis' },
    http: { host, pathname, protocol: http, security },
    websocket: { host, pathname, protocol: ws, security },
  };
}

/**
 * The document that describes what goes over NATS and what is told of jobs while they run (AsyncAPI 3.0), made from the schemas of its
 * messages. `url` is that under which clients reach the worker.
 */
export function asyncapi(prefix: string, url: string): JsonObject {
  const all = channels(prefix);
  const kinds: Channel['messages'] = Object.fromEntries(
    Object.values(all).flatMap(({ messages }) => Object.entries(messages)),
  );
  const schemas = Object.entries(kinds).flatMap(([name, { payload }]) =>
    payload ? [[name, schemaOf(payload)] as const] : [],
  );
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Agent worker',
      version: manifest.version,
      description: 'Jobs of agents over NATS, and what is told of them while they run.',
    },
    defaultContentType: 'application/json',
    servers: serversAt(new URL(url)),
    channels: mapped(all, channelOf),
    operations: mapped(all, ({ action, summary }, name) => ({
      action,
      summary,
      channel: { $ref: `#/channels/${name}` },
    })),
    components: {
      messages: mapped(kinds, messageOf),
      schemas: Object.fromEntries(schemas),
      securitySchemes: { [BEARER]: { ...bearerScheme } },
    },
  };
}
