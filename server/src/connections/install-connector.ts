import { bumpGeneration } from '../access/generations.ts';
import type { Connector } from '../catalog/connector.ts';
import type { Context } from '../context.ts';
import { openAndCheck, type Opening } from './checking/open-and-check.ts';
import { prepareSignedIn } from './sign-in/starting/prepare-signed-in.ts';
import { credentialsOf } from './sign-in/provider/own-app.ts';
import { readSignInFields } from './sign-in/provider/read-sign-in-fields.ts';
import { chooseAuthMode } from './values/availability.ts';
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

/** What the person does next: nothing, open an address, or begin to sign in at the connection (001.7). */
export type Installed = { readonly connectionId: string } & (
  | { readonly nextStep: '' | 'mcp_oauth' }
  | { readonly nextStep: 'oauth'; readonly oauthUrl: string }
);

/** Makes a shared connection without waiting for the provider (001.7). */
export async function installConnector(ctx: Context, wish: InstallWish): Promise<Installed> {
  const { connector, crewId, fields } = wish;
  const authMode = chooseAuthMode(connector, wish.authMode);
  const opening: Opening = {
    connector,
    label: wish.name?.trim() || connector.name,
    authMode,
    scope: crewId === undefined ? 'workspace' : 'crew',
    crewId,
    loopback: mayUseLoopback(ctx, connector),
  };
  if (authMode === 'byo_oauth') return installSignedIn(ctx, opening, fields);
  if (authMode === 'mcp_oauth') return installServer(ctx, opening, fields);
  const { id } = await openAndCheck(ctx, { ...opening, ...readSubmitted(connector, authMode, fields) });
  return { connectionId: id, nextStep: '' };
}

/** The connection and its sign-in begin together, or neither does. */
async function installSignedIn(ctx: Context, opening: Opening, fields: unknown): Promise<Installed> {
  const values = readSignInFields(ctx, opening, fields);
  const { id, oauthUrl, insert } = await prepareSignedIn(ctx, { ...opening, ...values }, {});
  await ctx.db.transact(async (trx) => {
    await bumpGeneration(trx);
    await insert(trx);
  });
  return { connectionId: id, nextStep: 'oauth', oauthUrl };
}

/** Whether one can sign in to an MCP server is found out when somebody does: installing it never refuses by that. */
async function installServer(ctx: Context, opening: Opening, fields: unknown): Promise<Installed> {
  const { own, ...values } = readSignInFields(ctx, opening, fields);
  const app = own && credentialsOf(own.client, own.origins);
  const { id } = await openAndCheck(ctx, { ...opening, ...values, app });
  return { connectionId: id, nextStep: 'mcp_oauth' };
}
