import { useRef, useState } from 'preact/hooks';
import { useDoing } from '../asking.ts';
import { inputOf } from '../run/input.ts';
import type { Attachment } from '../run/input.ts';
import type { JsonObject } from '../run/json.ts';
import { Icon } from './icon.tsx';
import { Trouble } from './trouble.tsx';

const PICTURES = /^image\/(png|jpeg|gif|webp)$/;
/** Largest file that is sent along, in bytes: a message has to fit into the queue. */
const MOST_BYTES = 700_000;

async function attachmentOf(file: File): Promise<Attachment> {
  if (file.size > MOST_BYTES)
    throw new Error(
      `cannot send ${file.name} along: it has ${file.size} bytes, and ${MOST_BYTES} are the most`,
    );
  if (!PICTURES.test(file.type)) return { kind: 'text', name: file.name, text: await file.text() };
  const address = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(typeof reader.result === 'string' ? reader.result : '');
    reader.onerror = () => reject(new Error(`cannot read ${file.name}`));
    reader.readAsDataURL(file);
  });
  return { kind: 'picture', name: file.name, address };
}

/** Where a person writes to an agent. Enter sends, Shift and Enter begin a new line. */
export function Composer({
  label,
  send,
  disabled = false,
}: {
  readonly label: string;
  readonly send: (input: JsonObject) => Promise<void>;
  readonly disabled?: boolean;
}) {
  const [text, setText] = useState('');
  const [attachments, setAttachments] = useState<readonly Attachment[]>([]);
  const files = useRef<HTMLInputElement>(null);
  const doing = useDoing();
  const attach = (list: FileList | null): void =>
    doing.run(async () => {
      const read = await Promise.all([...(list ?? [])].map(attachmentOf));
      setAttachments((known) => [...known, ...read]);
      if (files.current) files.current.value = '';
    });
  const submit = (): void => {
    if (text.trim() === '' || disabled || doing.busy) return;
    doing.run(async () => {
      await send(inputOf(text.trim(), attachments));
      setText('');
      setAttachments([]);
    });
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        attach(event.dataTransfer?.files ?? null);
      }}
    >
      {attachments.length > 0 && (
        <ul class="attachments">
          {attachments.map((one) => (
            <li key={one.name}>
              {one.kind === 'picture' ? <img src={one.address} alt="" /> : <Icon name="file" />}
              {one.name}
              <button
                type="button"
                class="bare"
                aria-label={`Leave ${one.name} out`}
                onClick={() => setAttachments((known) => known.filter((other) => other !== one))}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <textarea
        aria-label={label}
        placeholder={label}
        rows={Math.min(8, Math.max(2, text.split('\n').length))}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          submit();
        }}
      />
      <div class="composer-row">
        <label class="bare attach">
          <input
            ref={files}
            type="file"
            multiple
            aria-label="Send files along"
            onChange={(event) => attach(event.currentTarget.files)}
          />
          <Icon name="attach" />
        </label>
        <button class="button main" type="submit" disabled={disabled || doing.busy || text.trim() === ''}>
          <Icon name="send" /> Send
        </button>
      </div>
      <Trouble of={doing.trouble} />
    </form>
  );
}
