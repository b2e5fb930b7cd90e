import { agentExecutor } from './agent-executor/compose.ts';
import type { Kind } from '../composition/contract.ts';
import { dragonflyInstance } from './dragonfly-instance/compose.ts';
import { postgresInstance } from './postgres-instance/compose.ts';
import { objectBucket } from './object-bucket/compose.ts';
import { webApplication } from './web-application/compose.ts';

/** Every kind of claim that this function composes. One line a kind. */
export const kinds: readonly Kind[] = [
  postgresInstance,
  dragonflyInstance,
  agentExecutor,
  objectBucket,
  webApplication,
];
