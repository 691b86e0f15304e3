import { bumpGeneration } from '../access/generations.ts';
import type { AuthMode, Connector } from '../catalog/connector.ts';
import type { Context } from '../context.ts';
import { enqueue } from '../jobs/enqueue.ts';
import { chooseAuthMode, isSubmitted, requireSubmitted } from './values/availability.ts';
import { type NewConnection, prepareConnection } from './new-connection.ts';
import { mayUseLoopback, readSubmitted } from './values/submitted-values.ts';

declare module '../jobs/jobs.ts' {
  interface JobTypes {
    'connection.check': { readonly connectionId: string };
  }
}

/** What `POST /api/v1/connectors/:id/install` asks for (001). */
export interface InstallWish {
  readonly connector: Connector;
  /** Already known to be a crew of this workspace. */
  readonly crewId?: string | undefined;
  readonly name?: string | undefined;
  readonly authMode?: string | undefined;
  readonly fields: unknown;
}

export interface Installed {
  readonly connectionId: string;
  /** What the person does next: nothing, or a browser sign-in. */
  readonly nextStep: '' | 'oauth' | 'mcp_oauth';
}

/**
 * Makes a shared connection without waiting for the provider (001.7): it is `pending` and being checked, and a job makes
 * it `connected` or `auth_failed`.
 */
export async function installConnector(ctx: Context, wish: InstallWish): Promise<Installed> {
  const authMode = chooseAuthMode(wish.connector, wish.authMode);
  const { id, insert } = await prepareConnection(ctx, openingOf(ctx, wish, authMode));
  await ctx.db.transact(async (trx) => {
    await bumpGeneration(trx);
    await insert(trx);
    if (isSubmitted(authMode))
      await enqueue(trx, ctx.clock, { kind: 'connection.check', payload: { connectionId: id }, uniqueKey: id });
  });
  return { connectionId: id, nextStep: authMode === 'mcp_oauth' ? 'mcp_oauth' : '' };
}

function openingOf(ctx: Context, wish: InstallWish, authMode: AuthMode): NewConnection {
  const { connector, crewId } = wish;
  const label = wish.name?.trim() || connector.name;
  const opening = {
    connector,
    label,
    authMode,
    scope: crewId === undefined ? 'workspace' : 'crew',
    crewId,
    status: 'pending',
  } as const;
  if (authMode === 'mcp_oauth') return { ...opening, statusReason: 'Waiting for somebody to sign in.' };
  requireSubmitted(authMode);
  const values = readSubmitted(connector, authMode, wish.fields);
  return { ...opening, ...values, statusReason: 'checking', loopback: mayUseLoopback(ctx, connector) };
}
