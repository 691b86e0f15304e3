import { z } from 'zod';
import type { AuthMode, Connector } from '../../catalog/connector.ts';
import type { Config } from '../../config.ts';
import { connectorOf } from '../../connections/connector-of.ts';
import { manageConnection, seeConnection } from '../../connections/see-connection.ts';
import { knownConnector } from '../../connections/start-connection.ts';
import { lacking, requireBrowser, takesBrowser } from '../../connections/values/availability.ts';
import { Failure } from '../../errors.ts';
import { publicRoute, route, type Route } from '../route.ts';
import { connectionRecord, showConnection } from '../shapes/connection.ts';

const tag = 'Connections';
const read = { role: 'VIEWER', scope: 'connections:read' } as const;
const write = { role: 'MEMBER', scope: 'connections:write' } as const;
const params = z.object({ id: z.uuid().toLowerCase() });
const handshake = z.object({ connection: connectionRecord, oauthUrl: z.string().nullable() });

const see = route({
  name: 'getConnectionSignIn',
  method: 'GET',
  path: '/api/v1/connections/:id/oauth',
  summary: 'Where signing in to the provider stands: the page to open, or null where none is waiting.',
  tag,
  contract: '004',
  access: read,
  params,
  answers: { 200: handshake },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'none',
  find: (ctx, { params }) => seeConnection(ctx, params.id),
  answer: async (ctx, { found }) => {
    requireBrowser(await connectorOf(ctx, found), found.authMode);
    return { status: 200, body: { connection: showConnection(found), oauthUrl: null } };
  },
});

const restart = route({
  name: 'restartConnectionSignIn',
  method: 'POST',
  path: '/api/v1/connections/:id/oauth',
  summary: 'Begins signing in to the provider anew.',
  tag,
  contract: '004',
  access: write,
  params,
  answers: { 200: handshake },
  failures: ['NOT_FOUND', 'CONFLICT'],
  audit: 'none',
  find: (ctx, { params }) => manageConnection(ctx, params.id),
  answer: async (ctx, { found }) => {
    throw refusal(ctx.config, await connectorOf(ctx, found), found.authMode);
  },
});

const begin = route({
  name: 'beginSignIn',
  method: 'GET',
  path: '/api/v1/connections/oauth/start',
  summary: 'Begins signing in to a connector: 302 to the provider, or JSON where the request accepts that.',
  tag,
  contract: '004',
  access: write,
  query: z.object({
    slug: z.string().min(1).max(100),
    label: z.string().trim().min(1).max(120).optional(),
    selectAccount: z.stringbool().optional().describe('1 has the provider ask which account to use.'),
  }),
  answers: { 200: handshake, 302: null },
  failures: [],
  audit: 'none',
  example: { query: { slug: 'google-calendar', label: 'Work calendar', selectAccount: '1' } },
  answer: async (ctx, { query }) => {
    const connector = knownConnector(ctx, query.slug);
    throw refusal(ctx.config, connector, connector.auth_modes.find(takesBrowser) ?? connector.auth_mode);
  },
});

/** What every start of a handshake comes to in this version. */
function refusal(config: Config, connector: Connector, mode: AuthMode): Failure {
  requireBrowser(connector, mode);
  return new Failure('BAD_REQUEST', lacking(config, connector, mode));
}

const comeBack = publicRoute({
  name: 'finishSignIn',
  method: 'GET',
  path: '/api/v1/connections/oauth/callback',
  summary: "Where the provider sends a person's browser back to after signing in.",
  tag,
  contract: '004',
  query: z.object({
    state: z.string().optional(),
    code: z.string().optional(),
    error: z.string().optional(),
    error_description: z.string().optional(),
    iss: z.string().optional(),
  }),
  answers: { 200: z.string() },
  contentType: 'text/html; charset=utf-8',
  failures: [],
  audit: 'none',
  answer: async () => {
    throw new Failure('BAD_REQUEST', 'This sign-in link was already used or has expired. Start again.');
  },
});

export const connectionSignInRoutes: readonly Route[] = [see, restart, begin, comeBack];
