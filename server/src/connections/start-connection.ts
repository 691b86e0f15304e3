import { bumpGeneration } from '../access/generations.ts';
import type { Connector } from '../catalog/connector.ts';
import { isAskedIn } from '../catalog/resolve-fields.ts';
import type { Context } from '../context.ts';
import { Failure } from '../errors.ts';
import type { WorkspaceTrx } from '../storage/storage.ts';
import { chooseAuthMode, isSubmitted, lacking } from './values/availability.ts';
import type { Connection } from './connection.ts';
import { findConnection, findOwn } from './connection-store.ts';
import { type NewConnection, prepareConnection } from './new-connection.ts';

/** What `POST /api/v1/connections` asks for (004). */
export interface ConnectionWish {
  readonly connectorSlug: string;
  readonly label?: string | undefined;
  readonly authMode?: string | undefined;
}

export interface StartedConnection {
  readonly connection: Connection;
  /** False where the same person already has this connector connected under this label (004.2). */
  readonly started: boolean;
  /** Whether values are to be submitted before it can be used. */
  readonly wantsFields: boolean;
}

/** Starts a personal connection, or finds the one that the same person, connector and label already have (004.2). */
export async function startConnection(ctx: Context, wish: ConnectionWish): Promise<StartedConnection> {
  const connector = knownConnector(ctx, wish.connectorSlug);
  const authMode = chooseAuthMode(connector, wish.authMode);
  if (!isSubmitted(authMode)) throw new Failure('BAD_REQUEST', lacking(ctx.config, connector, authMode));
  const wantsFields = connector.fields.some((field) => isAskedIn(field, authMode));
  const label = wish.label?.trim() || connector.name;
  const opening: NewConnection = wantsFields
    ? { connector, label, authMode, scope: 'personal', status: 'pending', statusReason: 'Waiting for its credentials.' }
    : { connector, label, authMode, scope: 'personal', status: 'connected', statusReason: null };
  const { id, inserted } = await findOrInsert(ctx, opening);
  const connection = await findConnection(ctx.db, id);
  if (!connection) throw new Error('A connection that was just written is not there.');
  return { connection, started: inserted || connection.status !== 'connected', wantsFields };
}

async function findOrInsert(
  ctx: Context,
  opening: NewConnection,
): Promise<{ readonly id: string; readonly inserted: boolean }> {
  const { id, insert } = await prepareConnection(ctx, opening);
  return ctx.db.transact(async (trx: WorkspaceTrx) => {
    await bumpGeneration(trx);
    const own = await findOwn(trx, {
      userId: ctx.caller.userId,
      connectorId: opening.connector.id,
      label: opening.label,
    });
    if (own) return { id: own.id, inserted: false };
    await insert(trx);
    return { id, inserted: true };
  });
}

/** The connector, or BAD_REQUEST as contract 004 wants it. */
export function knownConnector(ctx: Pick<Context, 'catalog'>, slug: string): Connector {
  const connector = ctx.catalog.find(slug);
  if (!connector)
    throw new Failure('BAD_REQUEST', `There is no connector "${slug}". GET /api/v1/connectors lists them.`);
  return connector;
}
