import { Failure } from '../../jobs/rules/failures.ts';

/** How servers say that a conversation is too long, each in its own words. */
const TOO_LONG = new RegExp(
  [
    // OpenAI, Azure, vLLM, DeepSeek, OpenRouter, LM Studio, Fireworks; llama.cpp; Anthropic
    'context_length_exceeded|exceed_context_size|context[ _](length|window|size|limit)|maximum (context|prompt|input|model) length',
    // Anthropic, Bedrock, Groq, GitHub Models
    'prompt is too long|input is too (long|large)|request_too_large|request (body )?too large for',
    // Mistral, Cohere; Groq, vLLM, SGLang; Gemini
    'too large for model|too many (input )?tokens\\b(?!.*\\b(per|wait)\\b)|reduce the length of the (messages|input|prompt)',
    'input token count.*exceeds|exceeded max input tokens|must have less than \\d+ tokens',
    // TGI; TensorRT-LLM; LMDeploy; Moonshot; Qwen; Zhipu
    'inputs. tokens .* must be <=|max_(seq|input|model|num)_(len|length|tokens)|session_len',
    'exceeded model token limit|range of input length|输入.*超|超长|超过.*长度',
  ].join('|'),
  'i',
);

/** Too long an answer was asked for: a shorter conversation does not help. */
const ANSWER_TOO_LONG =
  /maximum value for .max_tokens|at most \d+ completion tokens|maximum allowed number of output tokens/i;

/** Whether a server refused a conversation because it is too long, in whichever words. */
export function isContextOverflow(error: Error): boolean {
  const said = `${error.message} ${JSON.stringify(Reflect.get(error, 'error') ?? '')}`;
  return isRefused(error) && TOO_LONG.test(said) && !ANSWER_TOO_LONG.test(said);
}

function isRefused(error: Error): boolean {
  if (error instanceof Failure) return error.code === 'MODEL_REFUSED';
  const status: unknown = Reflect.get(error, 'status');
  return typeof status === 'number' && status >= 400 && ![401, 403, 429].includes(status);
}
