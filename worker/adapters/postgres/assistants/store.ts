import type pg from 'pg';
import type { AssistantStore } from '../../../assistant-store.ts';
import type { Group } from '../statements/group.ts';
import { changeAssistant, chooseVersion, createAssistant, removeAssistant } from './change-assistant.ts';
import {
  countAssistants,
  namedAssistant,
  readAssistant,
  searchAssistants,
  versionsOf,
} from './read-assistants.ts';

/** Assistants of one group in PostgreSQL, beside its jobs. */
export function postgresAssistants(pool: pg.Pool, group: Group): AssistantStore {
  return {
    create: (assistantId, facts) => createAssistant(pool, group, assistantId, facts),
    read: (assistantId) => readAssistant(pool, group, assistantId),
    named: (name) => namedAssistant(pool, group, name),
    search: (filter, page) => searchAssistants(pool, group, filter, page),
    count: (filter) => countAssistants(pool, group, filter),
    change: (assistantId, change) => changeAssistant(pool, group, assistantId, change),
    choose: (assistantId, version) => chooseVersion(pool, group, assistantId, version),
    versions: (assistantId, metadata, limit, offset) =>
      versionsOf(pool, group, assistantId, metadata, limit, offset),
    remove: (assistantId) => removeAssistant(pool, group, assistantId),
  };
}
