import { Ajv } from 'ajv';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { asyncapi } from '../../worker/http/asyncapi/document.ts';
import { isJsonObject } from '../../worker/json.ts';
import type { Json, JsonObject } from '../../worker/json.ts';

/** The part of the AsyncAPI document that tests look at. */
interface Document {
  readonly channels: Readonly<Record<string, { readonly address: string; readonly messages: JsonObject }>>;
  readonly components: { readonly messages: Readonly<Record<string, JsonObject>> };
}

const whole = asyncapi('agent', 'https://agents.example.com/some');

/** What the worker says of its messages, with the prefix `agent`. */
export const document = whole as unknown as Document;

/** The document leaves open what a later version may add; here nothing comes that it does not name. */
function closed(value: Json): Json {
  if (Array.isArray(value)) return value.map(closed);
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).map(([key, one]): [string, Json] => [key, closed(one)]);
  const open = value['type'] === 'object' && !('additionalProperties' in value);
  return { ...Object.fromEntries(members), ...(open && { additionalProperties: false }) };
}

const ajv = new Ajv({ strict: false, validateFormats: false });
ajv.addSchema(closed(whole) as JsonObject, 'told');

type Part = 'payload' | 'headers';

const compiled = new Map<string, ValidateFunction>();

/** Takes whatever fits one of the messages of a channel. */
function validatorOf(channel: string, part: Part): ValidateFunction {
  const known = compiled.get(`${channel} ${part}`);
  if (known) return known;
  const names = Object.keys(document.channels[channel]?.messages ?? {});
  const isSaid = (name: string) => part in (document.components.messages[name] ?? {});
  const anyOf = names.map((name) =>
    isSaid(name) ? { $ref: `told#/components/messages/${name}/${part}` } : {},
  );
  const validate = ajv.compile({ anyOf });
  compiled.set(`${channel} ${part}`, validate);
  return validate;
}

/** What is wrong with a message on a channel; empty where it fits one of those that go there. */
export function problems(channel: string, part: Part, message: Json): readonly ErrorObject[] {
  const validate = validatorOf(channel, part);
  return validate(message) ? [] : (validate.errors ?? []);
}

/** The channel with this address. */
export function channelAt(address: string): string {
  const found = Object.entries(document.channels).find(([, channel]) => channel.address === address);
  if (!found) throw new Error(`no channel has the address ${address}`);
  return found[0];
}
