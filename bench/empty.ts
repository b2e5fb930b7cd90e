import { main } from '../command-line/main.ts';
import { functionProgram } from '../functions/program.ts';
import { serve } from '../functions/server/serve.ts';
import { emptyKind } from './empty-kind.ts';

// An empty function on our server: the same codec, checks, log and metrics, and nothing composed.

void main(functionProgram((options, version) => serve(options, [emptyKind], version)));
