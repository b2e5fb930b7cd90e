import { asList, asObject, asText, isObject } from './json.ts';
import type { Json } from './json.ts';

/** A piece of what somebody or something said. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  /** A picture that came along, as a `data:` address. */
  | { readonly kind: 'picture'; readonly address: string }
  /** Anything else, as it came. */
  | { readonly kind: 'other'; readonly value: Json };

/** Pictures of which no browser makes more than pixels. Nothing is fetched from elsewhere: an address can tell tales. */
const PICTURE = /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/]+={0,2}$/;

/** The address of a picture that may be shown. */
export function pictureAddress(address: string): string | undefined {
  return PICTURE.test(address) ? address : undefined;
}

/** The content of a message, or what a tool answered: a text, blocks, or any JSON. */
export function piecesOf(content: Json): readonly Piece[] {
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }];
  if (Array.isArray(content)) return asList(content).map(pieceOf);
  return content === null ? [] : [{ kind: 'other', value: content }];
}

function pieceOf(block: Json): Piece {
  if (typeof block === 'string') return { kind: 'text', text: block };
  const { type, text, image_url, source_type, mime_type, mimeType, data } = asObject(block);
  if (type === 'text' && typeof text === 'string') return { kind: 'text', text };
  const url = isObject(image_url) ? image_url['url'] : image_url;
  const inline =
    type === 'image' && source_type !== 'url'
      ? `data:${asText(mime_type ?? mimeType)};base64,${asText(data)}`
      : '';
  const address = pictureAddress(asText(url)) ?? pictureAddress(inline);
  return address === undefined ? { kind: 'other', value: block } : { kind: 'picture', address };
}

/** All that a content says in words. */
export function wordsOf(content: Json): string {
  return piecesOf(content)
    .flatMap((piece) => (piece.kind === 'text' ? [piece.text] : []))
    .join('\n');
}

/** What the worker says of an output that it has cut. */
const CUT = /… \(\d+ characters in all\)$/;

export function isCut(output: Json): boolean {
  return typeof output === 'string' && CUT.test(output);
}
