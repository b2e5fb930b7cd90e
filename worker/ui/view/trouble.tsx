/** Why something is not there, or could not be done; nothing when all is well. */
export function Trouble({ of }: { readonly of: string }) {
  if (of === '') return null;
  return (
    <p class="trouble" role="alert">
      {of}
    </p>
  );
}
