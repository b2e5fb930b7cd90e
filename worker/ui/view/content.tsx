import { piecesOf } from '../run/content.ts';
import type { Json } from '../run/json.ts';
import { Prose } from './prose.tsx';

/** What somebody said, or a tool answered: words, pictures, and anything else as JSON. */
export function Content({ of, plain = false }: { readonly of: Json; readonly plain?: boolean }) {
  return (
    <>
      {piecesOf(of).map((piece, index) => {
        switch (piece.kind) {
          case 'text':
            return plain ? <Plain key={index} text={piece.text} /> : <Prose key={index} text={piece.text} />;
          case 'picture':
            return (
              <img key={index} class="picture" src={piece.address} alt="A picture that was sent along" />
            );
          case 'other':
            return <Data key={index} value={piece.value} />;
        }
      })}
    </>
  );
}

/** A text of a tool as it stands; JSON in lines. */
function Plain({ text }: { readonly text: string }) {
  if (!/^\s*[[{]/.test(text)) return <pre class="plain">{text}</pre>;
  try {
    return <Data value={JSON.parse(text) as Json} />;
  } catch {
    return <pre class="plain">{text}</pre>;
  }
}

/** JSON for people: an object of short values as a list of names, anything else as text. */
export function Data({ value }: { readonly value: Json }) {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const members = Object.entries(value);
    if (members.length === 0) return <p class="quiet">nothing</p>;
    return (
      <dl class="data">
        {members.map(([name, member]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{typeof member === 'string' ? member : JSON.stringify(member)}</dd>
          </div>
        ))}
      </dl>
    );
  }
  return <pre class="plain">{JSON.stringify(value, undefined, 2)}</pre>;
}
