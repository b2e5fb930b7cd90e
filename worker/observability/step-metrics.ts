import { Counter, Histogram, type Registry } from 'prom-client';
import type { Step } from '../ports.ts';

/** Definitions name models: what they could write must not grow the registry for ever. */
const MOST_MODELS = 100;

/** Measures what jobs spend their time and tokens on. */
export function stepMeter(prefix: string, buckets: number[], registers: Registry[]): (step: Step) => void {
  const tokens = new Counter({
    name: `${prefix}tokens_total`,
    help: 'Tokens that models read (input) and wrote (output), as their servers count them.',
    labelNames: ['model', 'direction'],
    registers,
  });
  const durations = new Histogram({
    name: `${prefix}step_duration_seconds`,
    help: 'Time that a model took to answer, or a tool to end.',
    labelNames: ['kind'],
    buckets,
    registers,
  });
  const models = new Set<string>();
  const labelOf = (model: string): string => {
    if (models.size < MOST_MODELS) models.add(model);
    return models.has(model) ? model : 'other';
  };
  return (step) => {
    durations.observe({ kind: step.kind }, step.seconds);
    if (step.kind === 'tool') return;
    const model = labelOf(step.model);
    tokens.inc({ model, direction: 'input' }, step.tokens.input);
    tokens.inc({ model, direction: 'output' }, step.tokens.output);
  };
}
