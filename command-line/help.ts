import type { Command, Group } from './command.ts';
import type { Flags } from './flag.ts';

/** Flags that every command has, unless it gives the name another meaning. */
export const commonFlags: Flags = {
  help: { short: 'h', help: 'Print this.' },
  version: { help: 'Print the version.' },
};

/** One line: how the command is called. */
export function usageOf(name: string, { operands, flags }: Command): string {
  const own = Object.keys(flags).length > Object.keys(commonFlags).length;
  return [`Usage: ${name}`, own ? '[FLAGS]' : '', operands.usage].filter((part) => part !== '').join(' ');
}

/** Usage, what the command does, and a line for each flag. */
export function commandHelp(name: string, command: Command): string {
  const rows = Object.entries(command.flags).map(([flag, { short, value, otherwise, help }]): Row => [
    `${short === undefined ? '   ' : `-${short},`} --${flag}${value === undefined ? '' : ` ${value}`}`,
    otherwise === undefined || otherwise === '' ? help : `${help} Default: ${otherwise}.`,
  ]);
  return [usageOf(name, command), command.description, table(rows)].join('\n\n');
}

/** What the group is for, and a line for each of its commands. */
export function groupHelp(name: string, { description, members, standard }: Group): string {
  const rows = Object.entries(members).map(([member, { summary }]): Row => [
    member,
    member === standard ? `${summary} (the default)` : summary,
  ]);
  return [`Usage: ${name} COMMAND`, description, table(rows), `${name} COMMAND --help says more.`].join(
    '\n\n',
  );
}

/** What is explained, and the words for it. */
export type Row = readonly [left: string, right: string];

/** Two columns, a line each. */
export function table(rows: readonly Row[]): string {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.map(([left, right]) => `  ${left.padEnd(width)}${right}`).join('\n');
}
