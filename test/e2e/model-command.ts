import { command } from '../../command-line/command.ts';
import { DONE } from '../../command-line/exit-code.ts';
import { modelServer, programMap } from './programs.ts';

/** `npm run --silent e2e model NAMESPACE | kubectl apply -f -` */
export const modelCommand = command({
  description: `Prints a model server that needs no key, as objects for kubectl apply. It answers by the script in a conversation,
or else with one sentence.`,
  operands: { usage: '[NAMESPACE]', least: 0, most: 1 },
  flags: {},
  async run({ operands: [namespace = 'default'] }, terminal) {
    const items = [await programMap('model', namespace), ...modelServer(namespace)];
    terminal.print(`${JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, undefined, 2)}\n`);
    return DONE;
  },
});
