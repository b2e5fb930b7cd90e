import type { JsonObject } from '../../worker/json.ts';

/** One server-sent event. */
export interface Frame {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: JsonObject;
}

function frameOf(text: string): Frame | undefined {
  const field = (name: string): string | undefined =>
    text
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  const [event, data] = [field('event'), field('data')];
  if (event === undefined || data === undefined) return undefined;
  return { id: field('id'), event, data: JSON.parse(data) as JsonObject };
}

/** Follows a stream until it ends, or until `enough` says so. */
export async function follow(
  url: string,
  headers: Record<string, string> = {},
  enough: (frames: readonly Frame[]) => boolean = () => false,
): Promise<Frame[]> {
  const leave = new AbortController();
  const response = await fetch(url, { headers, signal: leave.signal });
  if (!response.ok || !response.body) throw new Error(`cannot follow ${url}: ${response.status}`);
  const frames: Frame[] = [];
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + chunk).split('\n\n');
    rest = parts.pop() ?? '';
    for (const part of parts) {
      const frame = frameOf(part);
      if (frame) frames.push(frame);
    }
    if (enough(frames)) break;
  }
  leave.abort();
  return frames;
}
