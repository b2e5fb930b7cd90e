/** A part of a page between fences. */
export interface Block {
  readonly language: string;
  readonly text: string;
}

/** A script of a page, and what the page shows of its output, if anything. */
export interface Step {
  readonly script: string;
  readonly shown: string | undefined;
}

export function blocksOf(page: string): Block[] {
  return [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']) => ({
    language,
    text,
  }));
}

/** Each script of a page with what is shown of its output. */
export function stepsOf(page: string): Step[] {
  const blocks = blocksOf(page);
  return blocks.flatMap(({ language, text }, index) => {
    const next = blocks[index + 1];
    return language === 'sh'
      ? [{ script: text, shown: next?.language === 'text' ? next.text : undefined }]
      : [];
  });
}

/** Notes are for whoever reads them at that moment. */
export function withoutNotes(output: string): string {
  return output
    .split('\n')
    .filter((line) => !/^note: |^\d+ of \d+ claims valid/.test(line))
    .join('\n');
}
