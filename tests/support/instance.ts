import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pino } from 'pino';
import { mintKey } from '../../server/src/access/keys/api-keys.ts';
import type { KeyWish } from '../../server/src/access/keys/decide-mint.ts';
import { createWorkspace } from '../../server/src/access/workspaces/workspaces.ts';
import { type AppParts, createInstance, type Instance } from '../../server/src/app.ts';
import type { Config } from '../../server/src/config.ts';
import type { Context } from '../../server/src/context.ts';
import { newId, randomToken } from '../../server/src/lib/ids.ts';
import { Secret } from '../../server/src/lib/secret.ts';
import { bareConfig } from './bare-app.ts';
import type { DatabaseConfig } from './databases.ts';

const root = join(import.meta.dirname, '..', '..');

/** A whole instance after its first start, with a second workspace of the same owner. */
export interface StartedInstance extends Instance {
  /** The first admin key: OWNER of the first workspace, operator, every scope. */
  readonly adminKey: string;
  /** The owner in the first workspace. */
  readonly home: Context;
  /** The same person in another workspace, in which the admin key is nobody. */
  readonly abroad: Context;
  /** A key of the first workspace that acts for the owner with less. */
  keyWith(wish: Partial<KeyWish>): Promise<string>;
}

/** Starts everything `app.ts` starts, on this database, without listening. */
export async function startInstance(
  database: DatabaseConfig,
  settings: Partial<Config> = {},
  parts: Pick<AppParts, 'resolver'> = {},
): Promise<StartedInstance> {
  const adminKey = `pb_${randomToken()}`;
  const instance = await createInstance({
    config: {
      ...bareConfig,
      ...database,
      adminKey: new Secret(adminKey),
      masterKeys: [{ id: 'test', key: randomBytes(32) }],
      ...settings,
    },
    log: pino({ level: 'silent' }),
    builtIn: { folder: join(root, 'connectors'), snapshot: join(root, 'dist/catalog.json') },
    dashboard: join(root, 'dashboard/src'),
    schemaWorker: pathToFileURL(join(root, 'server/src/workers/compile-in-worker.ts')),
    sqliteProgram: pathToFileURL(join(root, 'server/src/transports/sql/sqlite/sqlite-program.ts')),
    ...parts,
  });
  const home = await contextOf(instance, adminKey);
  const onWorkspaceCreated = home.vault.createWorkspaceKey.bind(home.vault);
  const { id } = await createWorkspace({ ...home, onWorkspaceCreated }, { name: 'Another', slug: 'another' });
  const abroad = { ...home, caller: { ...home.caller, workspaceId: id }, db: home.storage.workspace(id) };
  return {
    ...instance,
    adminKey,
    home,
    abroad,
    async keyWith(wish) {
      const { secret } = await mintKey(home, { name: 'Battery', kind: 'person', ...wish });
      return secret.reveal();
    },
  };
}

/** The context of a request with this key. */
export async function contextOf({ app }: Pick<Instance, 'app'>, apiKey: string): Promise<Context> {
  const identity = await app.access.identify({ apiKey, authorization: undefined, cookie: undefined });
  if (identity === undefined) throw new Error('The key is nobody’s.');
  const caller = await app.access.enter(identity, { named: undefined });
  const db = app.storage.workspace(caller.workspaceId);
  return { ...app, caller, db, requestId: newId(), signal: new AbortController().signal };
}
