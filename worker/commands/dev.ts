import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { command } from '../../command-line/command.ts';
import { DONE, REFUSED } from '../../command-line/exit-code.ts';
import type { ExitCode } from '../../command-line/exit-code.ts';
import { Failure } from '../../command-line/failure.ts';
import { wholeNumber } from '../../command-line/flag.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import { readAgent } from '../config/agent.ts';
import { readHttp, readJobs, readLog } from '../config/config.ts';
import { readServe } from '../config/serve.ts';
import type { Log } from '../jobs/parts.ts';
import { configure } from './configure.ts';
import { openBrowser } from './dev/browser.ts';
import { freePort } from './dev/free-port.ts';
import { codeInWork } from './dev/code-in-work.ts';
import { definitionInWork } from './dev/definition-in-work.ts';
import type { AgentInWork } from './dev/definition-in-work.ts';
import { terminalLog } from './dev/terminal-log.ts';
import { startDemoModel } from './demo-model.ts';
import { chosenModel, meansModel, withModel } from './model-choice.ts';
import { withOwnTools } from './own-tools.ts';

/** The port of `langgraph dev`, where clients of the Agent Server look first. */
const PORT = 2024;

const HOST = '127.0.0.1';

/** Nobody sits before a page for hours, as a job waits in a queue. */
const PATIENCE = '1m';

/** What `--model-url` says for a model without any key. */
const DEMO = 'demo';

/** `worker dev`: a worker for one person, with a page to talk to an agent. */
export const devCommand = command({
  description: `Serves a page on this machine on which you talk to an agent and watch it work. What you save in the definition counts
from your next message on. Jobs, threads and files end with the process, unless NATS_URL is set: then a worker's own servers are used.
Nobody but this machine reaches it.`,
  operands: { usage: 'DEFINITION.json|yaml | --agents FOLDER', least: 0, most: 1 },
  flags: {
    agents: {
      value: 'FOLDER',
      help: 'In place of a definition: agents written in code, which the langgraph.json of the folder names. They run with all that you may do.',
    },
    port: {
      value: 'NUMBER',
      help: `Where the page is; 0 for any that is free. Without it ${PORT}, or the next one that is free.`,
      read: wholeNumber(),
    },
    model: {
      value: 'NAME',
      help: 'Model of every node, whatever the definition says; or set LLM_MODEL_NAME.',
    },
    'model-url': {
      value: 'URL|demo',
      help: 'A server that speaks the OpenAI protocol; or set OPENAI_BASE_URL, OPENAI_API_KEY, ANTHROPIC_API_KEY, or what docs/models.md has of other providers. Without any, and with demo, a model that thinks nothing.',
    },
    'no-browser': { help: 'Do not open the page, only print its address.' },
  },
  async run({ flags, operands: [file] }, terminal) {
    const { model, agents: folder, 'model-url': url } = flags;
    if ((file === undefined) === (folder === undefined))
      throw new Failure('cannot choose an agent: give either a DEFINITION or --agents FOLDER', REFUSED);
    const isDemo = url === DEMO || (url === undefined && !meansModel(process.env));
    const demo = isDemo ? await startDemoModel() : undefined;
    const modelUrl = demo?.url ?? url;
    const environment = {
      RETRY_PATIENCE: PATIENCE,
      LOG_LEVEL: 'warn',
      ...process.env,
      ...(modelUrl !== undefined && { OPENAI_BASE_URL: modelUrl }),
      HOST,
      PORT: String(flags.port ?? (await freePort(PORT, HOST))),
    };
    const choice = { model: demo ? DEMO : model, modelUrl };
    const agent =
      file === undefined
        ? codeInWork(folder ?? '', chosenModel(choice))
        : definitionInWork(file, (read) => withModel(read, choice));
    try {
      return await serveAgent(agent, environment, terminal, {
        isDemo,
        browser: !flags['no-browser'],
      });
    } finally {
      demo?.close();
      await agent.close();
    }
  },
});

interface How {
  readonly isDemo: boolean;
  readonly browser: boolean;
}

/** Serves until it is told to stop. */
async function serveAgent(
  agent: AgentInWork,
  environment: NodeJS.ProcessEnv,
  terminal: Terminal,
  { isDemo, browser }: How,
): Promise<ExitCode> {
  const log = terminalLog(terminal);
  const serving = await open(environment, agent, log);
  const address = `http://${HOST}:${serving.port}/ui#/start`;
  terminal.print(`${address}\n`);
  terminal.say(`talk to ${agent.name} there; Ctrl-C ends it`);
  if (isDemo)
    terminal.say('there is no model: a demo that thinks nothing answers (set OPENAI_BASE_URL, or a key)');
  if (browser) openBrowser(address);
  agent.watch(terminal, serving.judge);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await Promise.race([serving.stop(), sleep(5_000, undefined, { ref: false })]);
  return DONE;
}

/** A worker in this process, or on the servers that the environment names. */
async function open(environment: NodeJS.ProcessEnv, inWork: AgentInWork, log: Log) {
  const { files } = inWork;
  const { serve } = await import('../serve/serve.ts');
  const { memoryAgent, postgresAgent } = await import('./agent.ts');
  if (environment['NATS_URL'] !== undefined) {
    const config = configure(readServe, environment);
    const { openConnections } = await import('../serve/connections.ts');
    const agent = await inWork.settings(withOwnTools(config.agent, environment));
    const serving = await serve({ ...config, hosts: LOOPBACK }, log, async (owner) => {
      const connections = await openConnections(config, owner, log, (...places) =>
        postgresAgent(agent, ...places),
      );
      return { ...connections, agents: { ...connections.agents, files } };
    });
    return { ...serving, judge: memoryAgent(agent) };
  }
  const { agent, ...config } = configure(
    (env) => ({ agent: readAgent(env), jobs: readJobs(env), http: readHttp(env), log: readLog(env) }),
    environment,
  );
  const { inMemory } = await import('../serve/in-memory.ts');
  const { leaseMs, timeoutMs } = config.jobs;
  const own = await inWork.settings(withOwnTools(agent, environment));
  const { maxRequestBytes } = config.http;
  const settings = { prefix: 'agent', leaseMs, timeoutMs, maxRequestBytes, agent: own, files };
  const names = { names: { prefix: settings.prefix }, group: 'dev' };
  const tracing = { endpoint: undefined, serviceName: '' };
  const serving = await serve({ ...config, nats: names, tracing, hosts: LOOPBACK }, log, () =>
    inMemory(settings),
  );
  return { ...serving, judge: memoryAgent(settings.agent) };
}

/** By which this machine calls itself: a page elsewhere whose name leads here is not answered. */
const LOOPBACK = [HOST, 'localhost', '[::1]'] as const;
