import { asNumber, asObject, asText } from './json.ts';
import type { Json, JsonObject } from './json.ts';

/** One event of a run, as `GET /jobs/{id}/events` sends it. */
export interface RunEvent {
  readonly type: string;
  readonly data: JsonObject;
  /** Milliseconds since 1970; the moment before when it is not known. */
  readonly at: number | undefined;
}

interface Moments {
  /** Milliseconds since 1970. */
  startedAt: number;
  endedAt?: number;
}

/** What an agent of the run does: it answers, or calls a tool. */
interface Doing extends Moments {
  /** A message, or a call of a tool. */
  readonly id: string;
  /** Which agent. */
  readonly node: string;
  /** The call of `task` that handed the work to it; empty for the orchestrator. */
  readonly parent: string;
}

/** An answer of a model, as far as it has come. */
export interface Said extends Doing {
  readonly kind: 'said';
  text: string;
  model: string;
  inputTokens: number;
  outputTokens: number;
  /** Undefined when nobody has said what its model costs. */
  cost: Cost | undefined;
}

export interface Cost {
  readonly amount: number;
  /** A code of ISO 4217. */
  readonly currency: string;
}

/** A cost as results and events have it. */
export function costIn(value: Json | undefined): Cost | undefined {
  const { amount, currency } = asObject(value);
  return typeof amount === 'number' ? { amount, currency: asText(currency) } : undefined;
}

export interface ToolCall extends Doing {
  readonly kind: 'tool';
  readonly tool: string;
  readonly input: Json;
  output: Json;
  /** `lost` when its attempt ended before it did. */
  status: 'running' | 'success' | 'error' | 'lost';
}

/** The run begins again, after a failure or the death of its worker. */
export interface Attempt {
  readonly kind: 'attempt';
  readonly number: number;
  /** The code of the failure before it; empty when a worker died or was stopped. */
  readonly after: string;
  readonly startedAt: number;
}

export type Step = Said | ToolCall | Attempt;

/** Everything that a run has said so far, in order. */
export class Story {
  readonly steps: Step[] = [];
  /** Of the orchestrator, as after its last step. */
  messages: readonly Json[] = [];
  files: JsonObject = {};
  todos: Json = null;
  error: { readonly code: string; readonly message: string } | undefined;
  ended = false;
  /** Counts changes, for whoever draws it. */
  version = 0;
  readonly #known = new Map<string, Said | ToolCall>();
  /** What was begun since the last stored step: the next attempt takes it back. */
  #unstored: (Said | ToolCall)[] = [];
  #now = 0;

  apply({ type, data, at }: RunEvent): void {
    this.#now = at ?? this.#now;
    this.version += 1;
    switch (type) {
      case 'on_llm_stream':
        this.#said(data).text += asText(data['content']);
        break;
      case 'on_llm_end':
        this.#answered(data);
        break;
      case 'on_llm_error':
        this.#takenBack(asText(data['message_id']));
        break;
      case 'on_tool_start':
        this.#called(data);
        break;
      case 'on_tool_end':
        this.#returned(data);
        break;
      case 'on_state_update':
        this.#stored(data);
        break;
      case 'on_attempt':
        this.#again(asNumber(data['attempt']), asText(data['after']));
        break;
      case 'error':
        this.error = { code: asText(data['code']), message: asText(data['message']) };
        break;
      case 'end':
        this.ended = true;
        break;
      default:
    }
  }

  /** The steps of an agent that was handed a task, or of the orchestrator for ''. */
  stepsOf(parent: string): readonly Step[] {
    return this.steps.filter((step) => (step.kind === 'attempt' ? parent === '' : step.parent === parent));
  }

  get tokens(): { readonly input: number; readonly output: number } {
    const said = this.steps.filter((step) => step.kind === 'said');
    return {
      input: said.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
      output: said.reduce((sum, { outputTokens }) => sum + outputTokens, 0),
    };
  }

  /** Of all answers so far; undefined unless the price of each is known. */
  get cost(): Cost | undefined {
    const answers = this.steps.filter((step) => step.kind === 'said' && step.endedAt !== undefined);
    const costs = answers.flatMap((step) => (step.kind === 'said' && step.cost ? [step.cost] : []));
    const [first] = costs;
    if (!first || costs.length < answers.length) return undefined;
    return { currency: first.currency, amount: costs.reduce((sum, { amount }) => sum + amount, 0) };
  }

  #begin(step: Said | ToolCall): void {
    this.#known.set(step.id, step);
    this.#unstored.push(step);
    this.steps.push(step);
    this.ended = false;
    this.error = undefined;
  }

  #said(data: JsonObject): Said {
    const id = asText(data['message_id']);
    const known = this.#known.get(id);
    if (known?.kind === 'said') return known;
    const [node, parent] = [asText(data['node']), asText(data['parent'])];
    const nothing = { text: '', model: '', inputTokens: 0, outputTokens: 0, cost: undefined };
    const said: Said = { kind: 'said', id, node, parent, startedAt: this.#now, ...nothing };
    this.#begin(said);
    return said;
  }

  #answered(data: JsonObject): void {
    const said = this.#said(data);
    // Its first word came some time after the model was asked.
    said.startedAt = Math.min(said.startedAt, this.#now - asNumber(data['seconds']) * 1000);
    said.model = asText(data['model']);
    said.inputTokens = asNumber(data['input_tokens']);
    said.outputTokens = asNumber(data['output_tokens']);
    said.cost = costIn(data['cost']);
    said.endedAt = this.#now;
  }

  /** Its model failed, and another one is asked, or the same one again. */
  #takenBack(id: string): void {
    const said = this.#known.get(id);
    if (said?.kind !== 'said') return;
    said.text = '';
    said.endedAt ??= this.#now;
    this.#known.delete(id);
  }

  #called(data: JsonObject): void {
    const id = asText(data['tool_call_id']);
    const known = this.#known.get(id);
    // A call that a person was asked about, or whose attempt died, begins once more.
    if (known?.kind === 'tool') {
      known.status = 'running';
      delete known.endedAt;
      return;
    }
    this.#begin({
      kind: 'tool',
      id,
      node: asText(data['node']),
      parent: asText(data['parent']),
      tool: asText(data['name']),
      input: data['input'] ?? null,
      output: null,
      status: 'running',
      startedAt: this.#now,
    });
  }

  #returned(data: JsonObject): void {
    const call = this.#known.get(asText(data['tool_call_id']));
    if (call?.kind !== 'tool') return;
    call.output = data['output'] ?? null;
    call.status = data['status'] === 'error' ? 'error' : 'success';
    call.endedAt = this.#now;
  }

  #stored(data: JsonObject): void {
    const messages = data['messages'];
    if (Array.isArray(messages)) this.messages = messages as readonly Json[];
    this.files = asObject(data['files']);
    this.todos = data['todos'] ?? null;
    this.#unstored = this.#unstored.filter(({ endedAt }) => endedAt === undefined);
  }

  #again(number: number, after: string): void {
    for (const step of this.#unstored) {
      step.endedAt ??= this.#now;
      if (step.kind === 'tool' && step.status === 'running') step.status = 'lost';
      if (step.kind === 'said') {
        step.text = '';
        this.#known.delete(step.id);
      }
    }
    this.#unstored = [];
    this.steps.push({ kind: 'attempt', number, after, startedAt: this.#now });
    this.error = undefined;
    this.ended = false;
  }
}
