import type { Config } from '../config.ts';
import { createFitness } from './fitness/fitness.ts';
import { migrate } from './migrate.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';
import type { Connections } from './storage.ts';
import { Storage } from './storage.ts';

/** Opens the configured database and brings it to this version's schema. Throws sentences that say what is wrong. */
export async function openStorage(config: Pick<Config, 'databaseUrl' | 'dataDir'>): Promise<Storage> {
  const connections = await connect(config);
  try {
    await migrate(connections);
  } catch (error) {
    await connections.close();
    throw error;
  }
  const folder = connections.engine === 'sqlite' ? config.dataDir : undefined;
  return new Storage(connections, createFitness({ ping: connections.ping, folder }));
}

async function connect({ databaseUrl, dataDir }: Pick<Config, 'databaseUrl' | 'dataDir'>): Promise<Connections> {
  return databaseUrl === undefined ? openSqlite(dataDir) : openPostgres(databaseUrl);
}
