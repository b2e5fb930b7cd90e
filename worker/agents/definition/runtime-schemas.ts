const text = { type: 'string', minLength: 1 } as const;

const quickjs = {
  type: 'object',
  description: 'JavaScript in a sandbox: no network, no files, no environment.',
  required: ['kind', 'script'],
  additionalProperties: false,
  properties: {
    kind: { const: 'quickjs' },
    script: {
      ...text,
      description:
        'A module whose default export is `(args, {files, state, key}) => text | {content, update: {files}}`, or a promise of it. `files` maps paths to text, `state` has the declared fields, `key` stays the same when the call is repeated. What it prints by `console` is its answer where it returns nothing, and is told to the model with an error and its line.',
    },
    timeout_seconds: {
      type: 'number',
      exclusiveMinimum: 0,
      description: 'Shorter than `TOOL_TIMEOUT`, if it is to count.',
    },
  },
} as const;

const mcp = {
  type: 'object',
  description: 'A tool of a Model Context Protocol server, over streamable HTTP.',
  required: ['kind'],
  additionalProperties: false,
  properties: {
    kind: { const: 'mcp' },
    server: { ...text, description: 'A server by the name it has in `MCP_SERVERS`, with its credentials.' },
    url: {
      ...text,
      pattern: '^https?://',
      description: 'A server by address, which `MCP_ALLOWED_URLS` must allow; no credentials are sent to it.',
    },
    tool: { ...text, description: 'Name of the tool at the server; the name of this one when absent.' },
    timeout_seconds: {
      type: 'number',
      exclusiveMinimum: 0,
      description: 'Longest call, where it is less than the server’s own; progress extends it up to tenfold.',
    },
    optional: {
      type: 'boolean',
      description: 'Go on without the tool where its server cannot be asked for its tools.',
    },
  },
} as const;

const python = {
  type: 'object',
  description: 'A Python script, run only by workers with `TOOL_PYTHON=subprocess`.',
  required: ['script'],
  additionalProperties: false,
  properties: {
    kind: { const: 'python' },
    script: { ...text, description: 'Defines a function, or LangChain tool, of the name of the tool.' },
    dependencies: {
      type: 'array',
      items: { type: 'string' },
      description: 'Packages it imports; they must be installed where the worker runs.',
    },
  },
} as const;

/** The schema of `runtime` for each kind of tool. */
export const runtimeSchemas = { quickjs, mcp, python } as const;
