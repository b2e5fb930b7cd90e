import type { Engine } from './setup.ts';

/** How often core has called functions since it started. */
export async function functionCalls({ crossplane }: Engine): Promise<number> {
  return metric(crossplane, 'function_run_function_request_total');
}

/** How many of those calls did not succeed. */
export async function failedCalls({ crossplane }: Engine): Promise<number> {
  const isFailed = (labels: string) => !labels.includes('grpc_code="OK"');
  return metric(crossplane, 'function_run_function_response_total', isFailed);
}

/** The sum of one of core's figures over all its labels, or over those wanted; 0 when there is none. */
export async function metric(
  { metrics }: Engine['crossplane'],
  name: string,
  isWanted: (line: string) => boolean = () => true,
): Promise<number> {
  const text = await (await fetch(metrics)).text();
  const lines = text.split('\n').filter((line) => /^[a-z_]+/.exec(line)?.[0] === name && isWanted(line));
  return lines.map((line) => Number(line.split(' ').at(-1))).reduce((sum, value) => sum + value, 0);
}
