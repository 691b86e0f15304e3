import type { AuthMode, Connector } from '../catalog/connector.ts';
import type { Context } from '../context.ts';
import { openAndCheck } from './checking/open-and-check.ts';
import type { NewConnection } from './new-connection.ts';
import { chooseAuthMode, requireSubmitted } from './values/availability.ts';
import { mayUseLoopback, readSubmitted } from './values/submitted-values.ts';

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

/** Makes a shared connection without waiting for the provider (001.7). */
export async function installConnector(ctx: Context, wish: InstallWish): Promise<Installed> {
  const { connector, crewId } = wish;
  const authMode = chooseAuthMode(connector, wish.authMode);
  const { id: connectionId } = await openAndCheck(ctx, {
    connector,
    label: wish.name?.trim() || connector.name,
    authMode,
    scope: crewId === undefined ? 'workspace' : 'crew',
    crewId,
    ...valuesOf(ctx, wish, authMode),
  });
  return { connectionId, nextStep: authMode === 'mcp_oauth' ? 'mcp_oauth' : '' };
}

type Values = Pick<NewConnection, 'config' | 'credentials' | 'loopback'>;

function valuesOf(ctx: Context, { connector, fields }: InstallWish, authMode: AuthMode): Values {
  if (authMode === 'mcp_oauth') return {};
  requireSubmitted(authMode);
  return { ...readSubmitted(connector, authMode, fields), loopback: mayUseLoopback(ctx, connector) };
}
