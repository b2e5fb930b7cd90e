import { main } from '../command-line/main.ts';
import { kinds } from './kinds/registry.ts';
import { functionProgram } from './program.ts';
import { serve } from './server/serve.ts';

void main(functionProgram((options, version) => serve(options, kinds, version)));
