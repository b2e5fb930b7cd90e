import { readCommand } from '../command-line.ts';
import { refuse } from './exit.ts';

/** Runs what the arguments ask for and sets the exit status. Each command loads only what it needs. */
export async function runCommand(args: readonly string[]): Promise<void> {
  const command = readCommand(args);
  switch (command.kind) {
    case 'help':
      console.log(command.text);
      return;
    case 'mistake':
      return refuse([command.message]);
    case 'serve':
      return (await import('./serve.ts')).serveCommand();
    case 'migrate':
      return (await import('./migrate.ts')).migrateCommand(command.waitSeconds);
    case 'ensure-stream':
      return (await import('./ensure-stream.ts')).ensureCommand();
    case 'validate':
      return (await import('./validate.ts')).validateCommand(command.file);
    case 'run':
      return (await import('./try.ts')).tryCommand(command.file, command.input, command.modelUrl);
  }
}
