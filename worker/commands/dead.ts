import { group } from '../../command-line/command.ts';

/** What an operator does with messages that were put aside. */
export const dead = group({
  description: 'Looks after dead letters: lists them, and takes them up again.',
  members: {
    list: {
      summary: 'list messages that were put aside',
      load: async () => (await import('./dead/list.ts')).listCommand,
    },
    replay: {
      summary: 'take them up again',
      load: async () => (await import('./dead/replay.ts')).replayCommand,
    },
  },
});
