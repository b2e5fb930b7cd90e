import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Step } from '../telemetry.ts';

/** Definitions name models: what they could write must not grow the registry for ever. */
const MOST_MODELS = 100;

/** Words of model servers. */
const MOST_REASONS = 20;

/** The first so many different labels as they are, and `other` for those after them. */
function bounded(most: number): (label: string) => string {
  const known = new Set<string>();
  return (label) => {
    if (known.size < most) known.add(label);
    return known.has(label) ? label : 'other';
  };
}

/** Measures what jobs spend their time and tokens on. */
export function stepMeter(prefix: string, buckets: number[], registers: Registry[]): (step: Step) => void {
  const tokens = new Counter({
    name: `${prefix}tokens_total`,
    help: 'Tokens that models read (input) and wrote (output), as their servers count them.',
    labelNames: ['model', 'direction'],
    registers,
  });
  const answers = new Counter({
    name: `${prefix}answers_total`,
    help: 'Answers of models, by why they stopped.',
    labelNames: ['model', 'finish_reason'],
    registers,
  });
  const durations = new Histogram({
    name: `${prefix}step_duration_seconds`,
    help: 'Time that a model took to answer, or a tool to end.',
    labelNames: ['kind'],
    buckets,
    registers,
  });
  const [models, reasons] = [bounded(MOST_MODELS), bounded(MOST_REASONS)];
  return (step) => {
    durations.observe({ kind: step.kind }, step.seconds);
    if (step.kind === 'tool') return;
    const model = models(step.model);
    answers.inc({ model, finish_reason: reasons(step.finishReason) });
    tokens.inc({ model, direction: 'input' }, step.tokens.input);
    tokens.inc({ model, direction: 'output' }, step.tokens.output);
  };
}
