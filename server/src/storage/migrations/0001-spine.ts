import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Tables } from '../schema.ts';
import type { Engine } from '../storage.ts';
import { createPeople } from './0001-spine/people.ts';
import { createConnections } from './0001-spine/connections.ts';
import { createKeys } from './0001-spine/keys.ts';
import { createRecords } from './0001-spine/records.ts';

/** The first tables: people and workspaces, keys, connections, approvals, the two logs and background work. */
export function spine(engine: Engine): Migration {
  return {
    async up(db: Kysely<Tables>): Promise<void> {
      await createPeople(db, engine);
      await createKeys(db);
      await createConnections(db);
      await createRecords(db);
    },
  };
}
