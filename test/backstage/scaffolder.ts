import { join } from 'node:path';
import { load } from 'js-yaml';
import { createTemplateRenderer } from 'nunjitsu';
import type { TemplateContext } from 'nunjitsu';
import { read } from '../structure/sources.ts';

const folder = 'examples/backstage/templates';

/** One page of a form. */
export interface Page {
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, object>>;
}

/** A software template, as far as it is ours. */
export interface Template {
  readonly spec: {
    readonly parameters: readonly Page[];
    readonly steps: readonly { readonly action: string; readonly input: Readonly<Record<string, unknown>> }[];
  };
}

/** What the action `fetch:template:file` takes. */
interface FileInput {
  readonly url: string;
  readonly targetPath: string;
  readonly values: TemplateContext;
}

export function templateNamed(name: string): Template {
  return load(read(join(folder, name, 'template.yaml'))) as Template;
}

/**
 * What a template writes of what somebody filled in: where, and the text. Backstage's scaffolder renders by this engine and with these
 * options; what it opens a pull request with is not played.
 */
export function written(name: string, parameters: TemplateContext): { path: string; text: string } {
  const [step] = templateNamed(name).spec.steps;
  if (step?.action !== 'fetch:template:file')
    throw new Error(`the first step of ${name} is no fetch:template:file`);
  const renderer = createTemplateRenderer({ allowRegexExecution: true });
  const input = JSON.parse(JSON.stringify(step.input), (_key, value: unknown) =>
    typeof value === 'string' ? renderer.renderValue(value, { parameters }, { coercion: 'json' }) : value,
  ) as FileInput;
  const skeleton = read(join(folder, name, input.url));
  return { path: input.targetPath, text: renderer.render(skeleton, { values: input.values }) };
}
