import { bumpGeneration } from '../access/generations.ts';
import type { Connector } from '../catalog/connector.ts';
import { isAskedIn } from '../catalog/resolve-fields.ts';
import type { Context } from '../context.ts';
import { Failure } from '../errors.ts';
import { chooseAuthMode, isSubmitted, takesBrowser } from './values/availability.ts';
import type { Connection } from './connection.ts';
import { findConnection, findOwn } from './connection-store.ts';
import type { Metadata } from './metadata/merge-metadata.ts';
import { type NewConnection, prepareConnection } from './new-connection.ts';
import { startSignedIn } from './sign-in/starting/start-signed-in.ts';

/** What `POST /api/v1/connections` asks for (004). */
export interface ConnectionWish {
  readonly connectorSlug: string;
  readonly label?: string | undefined;
  readonly authMode?: string | undefined;
  /** What signing in needs besides: a subdomain, an OAuth app of one's own. */
  readonly fields?: unknown;
  /** What an app writes on it. */
  readonly metadata?: Metadata | undefined;
}

export interface StartedConnection {
  readonly connection: Connection;
  /** False where the same person already has this connector connected under this label (004.2). */
  readonly started: boolean;
  /** Whether values are to be submitted before it can be used. */
  readonly wantsFields: boolean;
  /** The address to open where somebody signs in through a browser. */
  readonly oauthUrl: string | null;
}

/** Starts a personal connection, or finds the one that the same person, connector and label already have (004.2). */
export async function startConnection(ctx: Context, wish: ConnectionWish): Promise<StartedConnection> {
  const connector = knownConnector(ctx, wish.connectorSlug);
  const authMode = chooseAuthMode(connector, wish.authMode);
  const label = wish.label?.trim() || connector.name;
  const { metadata } = wish;
  if (takesBrowser(authMode)) {
    const { id, oauthUrl } = await startSignedIn(ctx, { connector, authMode, label, fields: wish.fields, metadata });
    return show(ctx, connector, { id, oauthUrl, started: oauthUrl !== null });
  }
  if (wish.fields !== undefined) throw new Failure('BAD_REQUEST', submittedLater(connector));
  const { id, inserted } = await findOrInsert(ctx, openingOf({ connector, label, authMode, metadata }));
  return show(ctx, connector, { id, oauthUrl: null, started: inserted });
}

function submittedLater({ name }: Connector): string {
  return `The values of ${name} are probed before they count: leave fields out and POST them to credentialSubmitUrl.`;
}

function openingOf(wish: Pick<NewConnection, 'connector' | 'label' | 'authMode' | 'metadata'>): NewConnection {
  return asksFor(wish.connector, wish.authMode)
    ? { ...wish, scope: 'personal', status: 'pending', statusReason: 'Waiting for its credentials.' }
    : { ...wish, scope: 'personal', status: 'connected', statusReason: null };
}

function asksFor(connector: Connector, authMode: Connection['authMode']): boolean {
  return isSubmitted(authMode) && connector.fields.some((field) => isAskedIn(field, authMode));
}

interface Begun extends Pick<StartedConnection, 'started' | 'oauthUrl'> {
  readonly id: string;
}

async function show(ctx: Context, connector: Connector, begun: Begun): Promise<StartedConnection> {
  const connection = await findConnection(ctx.db, begun.id);
  if (!connection) throw new Error('A connection that was just written is not there.');
  const started = begun.started || connection.status !== 'connected';
  const { oauthUrl } = begun;
  return { connection, started, oauthUrl, wantsFields: asksFor(connector, connection.authMode) };
}

async function findOrInsert(
  ctx: Context,
  opening: NewConnection,
): Promise<{ readonly id: string; readonly inserted: boolean }> {
  const { id, insert } = await prepareConnection(ctx, opening);
  return ctx.db.transact(async (trx) => {
    await bumpGeneration(trx);
    const own = await findOwn(trx, {
      userId: ctx.caller.userId,
      connectorId: opening.connector.id,
      label: opening.label,
      authMode: opening.authMode,
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
