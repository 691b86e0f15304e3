import type { Caller } from '../../access/caller.ts';
import type { WorkspaceRows, WorkspaceTrx } from '../../storage/storage.ts';

declare module '../../storage/schema.ts' {
  interface Tables {
    connection_defaults: {
      workspace_id: WorkspaceColumn;
      /** `key:<id>` or `user:<id>` */
      holder: Fixed<string>;
      connector_id: Fixed<string>;
      connection_id: string;
    };
  }
}

/** Whose default it is: an API key's, which counts first, or a person's. */
export type DefaultHolder = { readonly key: string } | { readonly user: string };

/** The connection a holder means by a connector's name alone. */
export interface ConnectionDefault {
  readonly of: 'key' | 'user';
  readonly connectorId: string;
  readonly connectionId: string;
}

/** The defaults that count for a caller, the one that counts first coming first; for a call on behalf of a member, the member's. */
export async function defaultsFor(
  db: WorkspaceRows,
  { key, userId, onBehalfOf }: Pick<Caller, 'key' | 'userId' | 'onBehalfOf'>,
  connectorIds: readonly string[],
): Promise<readonly ConnectionDefault[]> {
  const person = textOf({ user: onBehalfOf?.userId ?? userId });
  const holders = key === undefined ? [person] : [textOf({ key: key.id }), person];
  const rows = await db.rows
    .selectFrom('connection_defaults')
    .selectAll()
    .where('holder', 'in', holders)
    .where('connector_id', 'in', [...connectorIds])
    .execute();
  return rows.map(readDefault).toSorted((left, right) => (left.of < right.of ? -1 : left.of === right.of ? 0 : 1));
}

/** The defaults of holders of one kind, by holder, in the order of the connectors. */
export async function defaultsOf(
  db: WorkspaceRows,
  holders: readonly DefaultHolder[],
): Promise<ReadonlyMap<string, readonly ConnectionDefault[]>> {
  if (holders.length === 0) return new Map();
  const rows = await db.rows
    .selectFrom('connection_defaults')
    .selectAll()
    .where('holder', 'in', holders.map(textOf))
    .orderBy('connector_id')
    .execute();
  const byHolder = Map.groupBy(rows, ({ holder }) => holder.slice(holder.indexOf(':') + 1));
  return new Map([...byHolder].map(([id, own]) => [id, own.map(readDefault)]));
}

/** Sets a default, or with `null` takes it away. */
export async function putDefault(
  trx: WorkspaceTrx,
  holder: DefaultHolder,
  { connectorId, connectionId }: { readonly connectorId: string; readonly connectionId: string | null },
): Promise<void> {
  const of = textOf(holder);
  await trx.rows
    .deleteFrom('connection_defaults')
    .where('holder', '=', of)
    .where('connector_id', '=', connectorId)
    .execute();
  if (connectionId === null) return;
  const row = { holder: of, connector_id: connectorId, connection_id: connectionId };
  await trx.rows.insertInto('connection_defaults').values(row).execute();
}

/** A holder as rows and events name it. */
export function textOf(holder: DefaultHolder): string {
  return 'key' in holder ? `key:${holder.key}` : `user:${holder.user}`;
}

function readDefault(row: {
  readonly holder: string;
  readonly connector_id: string;
  readonly connection_id: string;
}): ConnectionDefault {
  const of = row.holder.startsWith('key:') ? 'key' : 'user';
  return { of, connectorId: row.connector_id, connectionId: row.connection_id };
}
