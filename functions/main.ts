import manifest from '../package.json' with { type: 'json' };
import { helpText, parseCommand } from './server/options.ts';
import { kinds } from './kinds/registry.ts';
import { serve } from './server/serve.ts';

async function main(): Promise<void> {
  const command = parseCommand(process.argv.slice(2), process.env);
  switch (command.kind) {
    case 'help':
      process.stdout.write(`${helpText()}\n`);
      return;
    case 'version':
      process.stdout.write(`${manifest.version}\n`);
      return;
    case 'mistaken':
      process.stderr.write(`${command.problems.join('\n')}\nSee --help.\n`);
      process.exitCode = 2;
      return;
    case 'serve':
      return serve(command.options, kinds, manifest.version);
  }
}

void main();
