import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { Step } from '../telemetry.ts';

/** Definitions name models: what they could write must not grow the registry for ever. */
const MOST_MODELS = 100;

/** Agents with the models that they ask, for the same reason. */
const MOST_PAIRS = 200;

/** Words of model servers. */
const MOST_REASONS = 20;

/** In the place of a label that came too late. */
const OTHER = 'other';

/** The first so many different labels as they are, and `other` for those after them. */
function bounded(most: number): (label: string) => string {
  const known = new Set<string>();
  return (label) => {
    if (known.size < most) known.add(label);
    return known.has(label) ? label : OTHER;
  };
}

/** Measures what jobs spend their time and tokens on. */
export function stepMeter(prefix: string, buckets: number[], registers: Registry[]): (step: Step) => void {
  const tokens = new Counter({
    name: `${prefix}tokens_total`,
    help: 'Tokens that models read (input) and wrote (output), as their servers count them.',
    labelNames: ['agent', 'model', 'direction'],
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
  const [models, pairs, reasons] = [bounded(MOST_MODELS), bounded(MOST_PAIRS), bounded(MOST_REASONS)];
  return (step) => {
    durations.observe({ kind: step.kind }, step.seconds);
    if (step.kind === 'tool') return;
    const model = models(step.model);
    answers.inc({ model, finish_reason: reasons(step.finishReason) });
    const agent = pairs(`${step.agent} ${model}`) === OTHER ? OTHER : step.agent;
    tokens.inc({ agent, model, direction: 'input' }, step.tokens.input);
    tokens.inc({ agent, model, direction: 'output' }, step.tokens.output);
  };
}
