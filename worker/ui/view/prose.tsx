import type { ComponentChildren } from 'preact';
import { lexer } from 'marked';
import type { Token, Tokens } from 'marked';
import { pictureAddress } from '../run/content.ts';

/**
 * A text of a model, in Markdown. It is taken apart by a library and put together from elements of our own: nothing of it is ever
 * HTML, tags in it are shown as they stand, and no picture is fetched.
 */
export function Prose({ text }: { readonly text: string }) {
  return <div class="prose">{lexer(text).map(block)}</div>;
}

function inner(tokens: readonly Token[] | undefined, otherwise: string): ComponentChildren {
  return tokens === undefined ? otherwise : tokens.map(block);
}

function block(token: Token, index: number): ComponentChildren {
  // The library's own tokens, by the names that it gives them; those of extensions do not come.
  const known = token as MarkedToken;
  switch (known.type) {
    case 'space':
    case 'def':
      return null;
    case 'paragraph':
      return <p key={index}>{inner(known.tokens, known.text)}</p>;
    case 'heading':
      // The page has headings of its own above these.
      return (
        <p key={index} class="prose-heading">
          {inner(known.tokens, known.text)}
        </p>
      );
    case 'strong':
      return <strong key={index}>{inner(known.tokens, known.text)}</strong>;
    case 'em':
      return <em key={index}>{inner(known.tokens, known.text)}</em>;
    case 'del':
      return <s key={index}>{inner(known.tokens, known.text)}</s>;
    case 'codespan':
      return <code key={index}>{known.text}</code>;
    case 'code':
      return (
        <pre key={index}>
          <code>{known.text}</code>
        </pre>
      );
    case 'blockquote':
      return <blockquote key={index}>{inner(known.tokens, known.text)}</blockquote>;
    case 'list':
      return list(known, index);
    case 'table':
      return table(known, index);
    case 'hr':
      return <hr key={index} />;
    case 'br':
      return <br key={index} />;
    case 'link':
      return link(known, index);
    case 'image':
      return picture(known, index);
    case 'text':
      return 'tokens' in known ? inner(known.tokens, known.text) : known.text;
    case 'escape':
      return known.text;
    case 'html':
    default:
      return known.raw;
  }
}

type MarkedToken =
  | Tokens.Space
  | Tokens.Def
  | Tokens.Paragraph
  | Tokens.Heading
  | Tokens.Strong
  | Tokens.Em
  | Tokens.Del
  | Tokens.Codespan
  | Tokens.Code
  | Tokens.Blockquote
  | Tokens.List
  | Tokens.Table
  | Tokens.Hr
  | Tokens.Br
  | Tokens.Link
  | Tokens.Image
  | Tokens.Text
  | Tokens.Escape
  | Tokens.HTML;

function list({ ordered, start, items }: Tokens.List, index: number): ComponentChildren {
  const members = items.map((item, at) => <li key={at}>{inner(item.tokens, item.text)}</li>);
  if (!ordered) return <ul key={index}>{members}</ul>;
  return (
    <ol key={index} start={Number(start) || 1}>
      {members}
    </ol>
  );
}

function table({ header, rows }: Tokens.Table, index: number): ComponentChildren {
  return (
    <div class="prose-table" key={index}>
      <table>
        <thead>
          <tr>
            {header.map((cell, at) => (
              <th key={at}>{inner(cell.tokens, cell.text)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, column) => (
                <td key={column}>{inner(cell.tokens, cell.text)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Only addresses of the web are followed, and only when the reader says so. */
function link({ href, text, tokens }: Tokens.Link, index: number): ComponentChildren {
  if (!/^https?:\/\//i.test(href)) return <span key={index}>{inner(tokens, text)}</span>;
  return (
    <a key={index} href={href} target="_blank" rel="noopener noreferrer nofollow" title={href}>
      {inner(tokens, text)}
    </a>
  );
}

function picture({ href, text, raw }: Tokens.Image, index: number): ComponentChildren {
  const address = pictureAddress(href);
  return address === undefined ? raw : <img key={index} class="picture" src={address} alt={text} />;
}
