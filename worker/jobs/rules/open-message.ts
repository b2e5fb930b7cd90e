import { isJsonObject, parseJson } from '../../json.ts';
import type { Json } from '../../json.ts';

export type Headers = Readonly<Record<string, string>>;

/** The payload with the path it was found at, and the trace context that came with it. */
interface Opened {
  readonly payload: Json | undefined;
  readonly path: string;
  readonly traceparent: Json | undefined;
}

function headerOf(headers: Headers, name: string): string | undefined {
  const key = Object.keys(headers).find((one) => one.toLowerCase() === name);
  return key === undefined ? undefined : headers[key];
}

function decode(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

/** `data_base64` holds bytes (CloudEvents JSON format 1.0.2, section 3.1), and JSON is UTF-8 (RFC 8259, section 8.1). */
function fromBase64(text: Json): Json | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const content = decode(Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0)));
    return content === undefined ? undefined : parseJson(content);
  } catch {
    return undefined;
  }
}

/** A whole event, as structured mode has it. */
function isEnvelope(content: Json | undefined): boolean {
  return isJsonObject(content) && 'specversion' in content && ('data' in content || 'data_base64' in content);
}

/**
 * Finds the payload in any of the forms publishers use: CloudEvents in binary mode (`ce-` headers), in structured mode with or
 * without its content type, in both at once, as clients of deepagents-runtime send them, and the bare payload with no envelope
 * at all.
 */
export function open(headers: Headers, body: Uint8Array): Opened {
  const text = decode(body);
  const content = text === undefined ? undefined : parseJson(text);
  const traceparent = headerOf(headers, 'ce-traceparent') ?? headerOf(headers, 'traceparent');
  if (headerOf(headers, 'ce-specversion') !== undefined && !isEnvelope(content))
    return { payload: content, path: '', traceparent };
  if (!isJsonObject(content)) return { payload: content, path: '', traceparent };
  const carried = content['traceparent'] ?? traceparent;
  if ('data' in content) return { payload: content['data'], path: 'data', traceparent: carried };
  if ('data_base64' in content)
    return { payload: fromBase64(content['data_base64'] ?? null), path: 'data_base64', traceparent: carried };
  return { payload: content, path: '', traceparent: carried };
}
