import type { DueCron } from '../cron-store.ts';
import { isKnown } from '../http/callers.ts';
import { putCronRun } from '../http/agent-server/put-cron-run.ts';
import { webhookBody } from '../http/agent-server/webhook-body.ts';
import type { Door, Service } from '../http/service.ts';
import type { Chore } from '../jobs/loop/run-jobs.ts';
import type { Parts } from '../jobs/parts.ts';
import { answerQuestions } from '../jobs/upkeep/answer-questions.ts';
import { callWebhooks } from '../jobs/upkeep/call-webhooks.ts';
import { fireCrons } from '../jobs/upkeep/fire-crons.ts';
import { nameWrongAgents } from '../jobs/upkeep/name-wrong-agents.ts';
import type { RunRecord } from '../thread-store.ts';
import type { Connections } from './connections.ts';
import type { ServeConfig } from './serve.ts';

const OFTEN_MS = 1_000;
const AGENTS_MS = 5_000;

/** What every worker does for clients while it runs jobs. Calls that are under way end when `now` fires. */
export function clientChores(
  service: Service,
  { serviceOf }: Pick<Door, 'serviceOf'>,
  { threads, crons }: Pick<Connections, 'threads' | 'crons'>,
  parts: Parts,
  http: ServeConfig['http'],
  now: AbortSignal,
): readonly Chore[] {
  const { meter, log, background } = parts;
  const { webhooks } = service;
  const answering = { ...parts, threads };
  const firing = {
    crons,
    meter,
    log,
    background,
    async put(due: DueCron) {
      const { tenant } = due.cron;
      if (!isKnown(tenant, http))
        return `its tenant ${tenant} is gone: neither API_TOKENS nor JWT_ISSUERS has it`;
      return putCronRun(serviceOf(tenant), due);
    },
  };
  const chores = [
    { name: 'answer questions', everyMs: OFTEN_MS, work: () => answerQuestions(answering) },
    { name: 'fire crons', everyMs: OFTEN_MS, work: () => fireCrons(firing) },
  ];
  if (!webhooks) return chores;
  const calling = { threads, webhooks, meter, log, tell: (run: RunRecord) => webhookBody(service, run) };
  return [...chores, { name: 'call webhooks', everyMs: OFTEN_MS, work: () => callWebhooks(calling, now) }];
}

/** Looks at agents that others change, where there are such. */
export function agentChores(
  { agentsFolder }: ServeConfig,
  { agents }: Pick<Connections, 'agents'>,
  parts: Parts,
): readonly Chore[] {
  if (agentsFolder === undefined) return [];
  return [{ name: 'look at agents', everyMs: AGENTS_MS, work: nameWrongAgents(agents.files, parts) }];
}
