import type pg from 'pg';

/** How PostgreSQL carried out one statement. */
export interface Plan {
  readonly ms: number;
  /** Each way in which rows of a table were found. */
  readonly scans: readonly string[];
}

const start = `
  LOAD 'auto_explain';
  SET auto_explain.log_min_duration = 0;
  SET auto_explain.log_analyze = on;
  SET client_min_messages = log`;

/** Some times are warm-up: a statement is planned anew for each of its first five. */
const TIMES = 8;

/** Does the work some times on the one connection of the pool; gives the plan of each statement it came to. */
export async function explained(pool: pg.Pool, work: () => Promise<unknown>): Promise<readonly Plan[]> {
  const client = await pool.connect();
  const plans: Plan[] = [];
  const heard = ({ message }: { readonly message?: string | undefined }) => {
    if (message?.startsWith('duration')) plans.push(planIn(message));
  };
  await client.query(start);
  client.on('notice', heard);
  client.release();
  for (let time = 0; time < TIMES; time += 1) await work();
  client.off('notice', heard);
  return plans;
}

function planIn(said: string): Plan {
  const scans = said.matchAll(/(\w[\w ]* Scan(?: Backward)?(?: using \w+)?) on (\w+)/g);
  const found = [...scans].flatMap(([, how = '', what = '']) =>
    what.startsWith('agent_') ? [`${how} on ${what}`] : [],
  );
  return { ms: Number(/^duration: ([\d.]+) ms/.exec(said)?.[1]), scans: [...new Set(found)] };
}
