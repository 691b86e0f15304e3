import { z } from 'zod';
import { connectNamed, type NamedWish } from '../../connections/named/connect-named.ts';
import { paramLocations } from '../../connections/settings/connection-settings.ts';
import type { Connection } from '../../connections/connection.ts';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { route, type Route } from '../route.ts';
import { namedEndUser } from '../shapes/end-user.ts';
import { metadata } from '../shapes/metadata.ts';
import { accessScopes, namedConnection, showNamedConnection } from '../shapes/named-connection.ts';
import { linkToSignIn } from './for-end-users.ts';

const line = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .regex(/^\P{Cc}*$/u, 'must be one line of text');

const generalParam = z.object({
  name: z.string().min(1).max(200),
  description: z.string().max(1000),
  location: z.enum(paramLocations),
  value: z.string().max(4000).nullish().describe('null or absent leaves it an input of the tools that have it.'),
});

const body = z.object({
  name: line.describe('What tells this connection from others of the same connector, e.g. Production Zendesk.'),
  version: z
    .string()
    .regex(/^\d{1,9}\.\d{1,9}\.\d{1,9}$/, 'is not a version we know')
    .nullish()
    .describe('Pins the connection to this version of the connector; null or absent: the latest, today and later.'),
  security: z
    .record(z.string(), z.unknown())
    .nullish()
    .describe(
      'Write-only. authMethod is apiKey or bearer (the key in apiKey, token or bearer; headerName where the connector lets its header be chosen), basic (username, password), connectionString, oauth2 (oauth2Token imports the answer of a token endpoint, with the client_id and client_secret its refresh_token was issued to; without it somebody signs in), or none; the other keys, and all of them without authMethod, are field keys of the connector.',
    ),
  general_params: z.array(generalParam).max(50).nullish().describe('Parameters of every call. They are no secrets.'),
  headers: z.record(z.string(), z.string()).nullish().describe('Write-only. Headers of every call, kept like secrets.'),
  target_system_servers: z
    .array(z.object({ url: z.string().min(1).max(2000), description: z.string().max(500).nullish() }))
    .max(10)
    .nullish()
    .describe("The first takes the place of the connector's server."),
  access_scope: z.enum(accessScopes).nullish().describe('Default personal; organizational takes a MANAGER or above.'),
  is_service_account: z.boolean().nullish().describe('Says something about organizational connections only.'),
  end_user: namedEndUser
    .optional()
    .describe('Whose it is: theirs alone. Takes MANAGER with the scope end_users:write.'),
  metadata: metadata.optional(),
});

const signInRequired = z.object({
  oauth2_required: z.literal(true),
  message: z.string(),
  connector_page_url: z.string(),
});

const connect = route({
  name: 'connectConnector',
  method: 'POST',
  path: '/v1/tools/connectors/:connector_id/connect',
  summary: 'Makes a named connection without waiting for the provider, or says where to sign in to one.',
  tag: 'Tool connections',
  contract: '000',
  access: { role: 'MEMBER', scope: 'connections:write' },
  params: z.object({ connector_id: z.string().min(1).max(100) }),
  body,
  answers: { 200: z.union([namedConnection, signInRequired]) },
  failures: ['NOT_FOUND', 'CONFLICT', 'INVALID_INPUT'],
  audit: 'connection.started',
  example: {
    params: { connector_id: 'http' },
    body: {
      name: 'Staging tickets',
      security: {
        authMethod: 'apiKey',
        apiKey: 'an-example-key',
        headerName: 'X-API-Key',
        base_url: 'https://tickets.example.com/v1',
      },
      general_params: [{ name: 'locale', description: 'The language of answers', location: 'query', value: 'en' }],
      headers: { 'X-Team': 'support' },
      access_scope: 'personal',
    },
  },
  find: async (ctx, { params }) => {
    const connector = ctx.catalog.find(params.connector_id);
    if (connector) return connector;
    throw new Failure(
      'NOT_FOUND',
      `There is no connector "${params.connector_id}". GET /api/v1/connectors lists them.`,
    );
  },
  answer: async (ctx, { found, body }) => {
    const outcome = await connectNamed(ctx, found, readWish(body));
    if ('connection' in outcome) return { status: 200, body: showNamedConnection(outcome.connection) };
    const page = await pageOf(ctx, outcome.waiting);
    const message = `${found.name} is connected by signing in to it. Open connector_page_url in a browser.`;
    return { status: 200, body: { oauth2_required: true, message, connector_page_url: page } };
  },
});

/** Where somebody signs in: the page of the connection, or for an end user a link of theirs (S8). */
function pageOf(ctx: Context, waiting: Connection): Promise<string> | string {
  return waiting.endUser === null ? `${ctx.config.publicUrl}/connect/${waiting.id}` : linkToSignIn(ctx, waiting);
}

/** The body with a default in the place of each null (000). */
function readWish(given: z.output<typeof body>): NamedWish {
  return {
    name: given.name,
    version: given.version ?? undefined,
    security: given.security ?? {},
    generalParams: given.general_params ?? [],
    headers: given.headers ?? {},
    servers: given.target_system_servers ?? [],
    scope: given.access_scope === 'organizational' ? 'workspace' : 'personal',
    serviceAccount: given.is_service_account ?? false,
    endUser: given.end_user,
    metadata: given.metadata,
  };
}

export const toolConnectRoutes: readonly Route[] = [connect];
