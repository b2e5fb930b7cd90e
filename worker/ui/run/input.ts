import type { Json, JsonObject } from './json.ts';

/** A file that a person sends along: a picture becomes part of the message, a text a file of the agent. */
export type Attachment =
  | { readonly kind: 'picture'; readonly name: string; readonly address: string }
  | { readonly kind: 'text'; readonly name: string; readonly text: string };

/** What a run is told: one message, and the files that came with it. */
export function inputOf(text: string, attachments: readonly Attachment[]): JsonObject {
  const pictures = attachments.flatMap((one): readonly Json[] =>
    one.kind === 'picture' ? [{ type: 'image_url', image_url: { url: one.address } }] : [],
  );
  const files = attachments.flatMap((one) =>
    one.kind === 'text' ? [[`/${one.name}`, one.text] as const] : [],
  );
  const content: Json = pictures.length === 0 ? text : [{ type: 'text', text }, ...pictures];
  return {
    messages: [{ role: 'user', content }],
    ...(files.length > 0 && { files: Object.fromEntries(files) }),
  };
}
