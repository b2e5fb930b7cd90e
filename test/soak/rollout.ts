import { command } from '../../command-line/command.ts';
import { DONE, FAILED } from '../../command-line/exit-code.ts';
import { Failure } from '../../command-line/failure.ts';
import { wholeNumber } from '../../command-line/flag.ts';
import { unharmed } from '../faults/account.ts';
import { openServers } from '../servers/open.ts';
import type { ServerUrls } from '../servers/open.ts';
import { createWorld } from '../servers/world.ts';
import { rollOver } from './roll-over.ts';
import type { Versions } from './roll-over.ts';

/** The worker of this checkout. */
const PRESENT = 'worker/main.ts';

/** So long that a worker which is stopped hands its jobs over, rather than leaves them. */
const settings = { LEASE_DURATION: '30s', LOG_LEVEL: 'error' };

export const rollout = command({
  description: `Changes two workers under many jobs from another version to this one, back and there again, and the other way round; says
what became of the jobs, and which version would not start on what the other had left.`,
  flags: {
    other: {
      value: 'FILE',
      required: true,
      help: 'The worker of the other version: its worker/main.ts, or one file.',
    },
    jobs: {
      value: 'NUMBER',
      otherwise: '500',
      help: 'How many jobs there are, each way.',
      read: wholeNumber(40),
    },
  },
  async run({ flags: { other, jobs } }, terminal) {
    const opened = await openServers();
    if (opened.kind === 'missing')
      throw new Failure(`cannot start the servers: ${opened.advice.join('; ')}`, FAILED);
    try {
      const forth = await oneWay(opened.urls, { before: other, after: PRESENT }, jobs);
      terminal.print(`from the other version to this one: ${forth.line}\n`);
      const back = await oneWay(opened.urls, { before: PRESENT, after: other }, jobs);
      terminal.print(`from this version to the other one: ${back.line}\n`);
      return forth.isFine && back.isFine ? DONE : FAILED;
    } finally {
      await opened.close();
    }
  },
});

async function oneWay(urls: ServerUrls, versions: Versions, jobs: number) {
  const world = await createWorld(urls, settings, versions.before);
  try {
    const { refusals, ...found } = await rollOver(world, versions, jobs);
    const figures = Object.entries(found).map(([name, value]) => `${name} ${value}`);
    return {
      line: [`${jobs} jobs`, ...figures, ...refusals.map((one) => `did not start: ${one}`)].join(', '),
      isFine: Object.entries(unharmed).every(([name, value]) => Reflect.get(found, name) === value),
    };
  } finally {
    await world.close();
  }
}
