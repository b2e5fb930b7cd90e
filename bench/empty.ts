import { parseCommand } from '../functions/server/options.ts';
import { serve } from '../functions/server/serve.ts';
import { emptyKind } from './empty-kind.ts';

// An empty function on our server: the same codec, checks, log and metrics, and nothing composed.

const command = parseCommand(process.argv.slice(2), {});
if (command.kind === 'serve') void serve(command.options, [emptyKind], '0');
