/** The page: its document, its program, its looks and its picture. */
export type PageFiles = Readonly<Record<'page.html' | 'page.js' | 'page.css' | 'icon.svg', string>>;

/** The files of the page. A checkout makes them of their sources; a bundled worker has them inside (package/embed-page.ts). */
export async function pageFiles(): Promise<PageFiles> {
  const { buildPage } = await import('./build.ts');
  return (await buildPage()).files;
}
