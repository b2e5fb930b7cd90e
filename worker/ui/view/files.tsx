import { filesOf } from '../run/files.ts';
import type { AgentFile } from '../run/files.ts';
import type { JsonObject } from '../run/json.ts';
import { Icon } from './icon.tsx';

/** Hands a file to the browser, which asks the reader where to. */
function save({ path, text = '', picture }: AgentFile): void {
  const link = document.createElement('a');
  const made =
    picture === undefined ? URL.createObjectURL(new Blob([text], { type: 'text/plain' })) : undefined;
  link.href = made ?? picture ?? '';
  link.download = path.split('/').at(-1) ?? 'file';
  link.click();
  if (made !== undefined) URL.revokeObjectURL(made);
}

function sizeWords(size: number): string {
  return size < 1_000 ? `${size} ch.` : `${(size / 1_000).toFixed(1)}k ch.`;
}

/** The files of an agent: texts to read, pictures to see, all to keep. */
export function Files({ files }: { readonly files: JsonObject }) {
  const all = filesOf(files);
  if (all.length === 0) return null;
  return (
    <section class="side">
      <h2>Files</h2>
      <ul class="files">
        {all.map((file) => (
          <li key={file.path}>
            <details open={file.picture !== undefined}>
              <summary>
                <Icon name="file" />
                <span>{file.path}</span>
                <small>{sizeWords(file.size)}</small>
              </summary>
              {file.picture !== undefined && (
                <img class="picture" src={file.picture} alt={`The picture ${file.path}`} />
              )}
              {file.picture === undefined && (
                <pre class="plain">{file.text ?? 'It is shown when the run is through.'}</pre>
              )}
              {file.text !== undefined && (
                <button class="button" type="button" onClick={() => save(file)}>
                  <Icon name="save" /> Save
                </button>
              )}
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}
