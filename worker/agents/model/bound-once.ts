import { toldAs } from '../tools/face.ts';
import type { BaseChatModel } from '@langchain/core/language_models/chat_models';

type Bind = NonNullable<BaseChatModel['bindTools']>;

interface Bound {
  readonly tools: Parameters<Bind>[0];
  readonly options: string;
  readonly model: ReturnType<Bind>;
}

/**
 * Makes a model remember what it was last bound to. LangChain binds the tools of an agent again for each call: every time it
 * writes their schemas anew and copies the client, with its queues. A bound model keeps nothing of a call.
 */
export function boundOnce<Model extends BaseChatModel>(model: Model): Model {
  const bind = model.bindTools?.bind(model);
  if (bind === undefined) return model;
  let last: Bound | undefined;
  model.bindTools = (tools, options) => {
    const key = JSON.stringify(options);
    if (last?.options === key && isSame(last.tools, tools)) return last.model;
    last = {
      tools,
      options: key,
      model: untraced(
        bind(
          tools.map((tool) => toldAs(tool)),
          options,
        ),
      ),
    };
    return last.model;
  };
  return model;
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((tool, index) => tool === other[index]);
}

/** For each call, LangChain writes down the model for tracers, of which there are none here; it leaves out what says this. */
function untraced(model: ReturnType<Bind>): ReturnType<Bind> {
  model.lc_serializable = false;
  return model;
}
