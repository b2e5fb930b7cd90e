/**
 * One entry of a root file system. All of them belong to root and have no time of their own, so that the same entries
 * are the same bytes on every machine. Paths are relative: `app/function.cjs`.
 */
export type Entry =
  | { readonly kind: 'file'; readonly path: string; readonly content: Uint8Array; readonly mode: number }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }
  | { readonly kind: 'folder'; readonly path: string; readonly mode: number };

/** A file that all may read and none may write. */
export function file(path: string, content: Uint8Array | string): Entry {
  return { kind: 'file', path, content: bytes(content), mode: 0o644 };
}

/** A program. */
export function executable(path: string, content: Uint8Array): Entry {
  return { kind: 'file', path, content, mode: 0o755 };
}

function bytes(content: Uint8Array | string): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content) : content;
}
