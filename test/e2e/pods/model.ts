import { startModelServer } from '../../stubs/model-server.ts';

/** The model that the workers of the story speak to: it answers by the script in each conversation. */
void startModelServer({ host: '0.0.0.0', port: 8089 });
